# A program that looks like the demo agent at its prompt, in 4 MB: many of them fit on one machine.
# usage: light-agent.pl FIFO: each line that comes there, `busy` or `ready`, changes its screen.
use strict;
use warnings;
use Time::HiRes 'time';

$| = 1;
my ($path) = @ARGV;
open(my $orders, '+<', $path) or die "$path: $!";
my @glyphs = map { pack('U', 0x2800 + $_) } (0x0b, 0x19, 0x39, 0x38);
binmode(STDOUT, ':encoding(UTF-8)');
my ($is_busy, $tick) = (0, 0);
my $started = time;

sub draw {
    my $work = sprintf("%s Working\x{2026} (%d s)\r\n", $glyphs[$tick % @glyphs], time - $started);
    print "\e[H\e[J", "light agent\r\n", $is_busy ? $work : "", "\e[1m\x{276f}\e[0m ";
}

draw();
while (1) {
    vec(my $in = '', fileno($orders), 1) = 1;
    my $wait = $is_busy ? 0.1 : undef;
    if (select(my $ready = $in, undef, undef, $wait)) {
        # Not by lines: what stays in Perl's own buffer, select would not tell of.
        sysread($orders, my $lines, 4096) or last;
        $is_busy = $lines =~ /busy\n\z/;
        $started = time;
    }
    $tick += 1;
    draw();
}
