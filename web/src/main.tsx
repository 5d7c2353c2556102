import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles.css';

// A server that was renewed has no parts of the page from before: the page is read anew, once.
window.addEventListener('vite:preloadError', (event) => {
  const page = document.querySelector('script[type="module"]')?.getAttribute('src') ?? '';
  if (sessionStorage.getItem('renewed') === page) return;
  sessionStorage.setItem('renewed', page);
  event.preventDefault();
  location.reload();
});

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
