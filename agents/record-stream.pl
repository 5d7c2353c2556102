#!/usr/bin/perl -T
# Record what a pane prints, and when, in files of bounded size. Ends when its input ends.
#
# usage: record-stream.pl DIRECTORY LIMIT_BYTES [TERMINAL] <OUTPUT
#
# DIRECTORY/stream.log holds the bytes, stream.times one line for each group of them:
#
#   MS OFFSET begin 1 INODE  the log is this file, and its first byte has this offset; the 1 is the
#                            version of this format
#   MS OFFSET size 80x24     from this offset on TERMINAL has this many columns and rows
#   MS OFFSET                the bytes before this offset had come by then
#   MS OFFSET lost N         the same; before it, N bytes could not be written (a full disk)
#   MS OFFSET start          another terminal begins here, with a blank screen: the agent was
#                            started again
#
# A line of size may also be written by who changes the size: a program that prints nothing then
# gives no reason to look.
#
# MS is wall time in milliseconds. Offsets count all bytes that were ever written, so that they
# stay true when both files become stream.1.log and stream.1.times, in place of the ones before.
# The four files never take more than LIMIT_BYTES.
use strict;

# What comes from outside is trusted: it is our own program that says it.
my ($dir, $limit, $terminal) = map { /(.*)/s } @ARGV;
my $chunk_bytes  = 65536;
my $longest_line = 100;
my $group_ms     = 10;

my ($log, $times);         # open files, or undef while they cannot be written
my ($taken, $offset) = (0, 0);
my ($noted_at, $is_due, $lost, $size) = (0, 0, 0, '');

# The end of the input is the only end: tmux closes it, however it dies itself.
$SIG{$_} = 'IGNORE' for qw(HUP INT TERM XFSZ);
umask 077;
chdir $dir or exit 1;

# Modules would double the memory that each of hundreds of recorders takes, and Time::HiRes is not
# in Debian's perl-base, so the system is called by the number of gettimeofday. ELF files say at
# byte 18 which machine they are for.
my ($clock, $now_struct) = (0, "\0" x 16);
if ($^O eq 'linux' && open my $own, '<', $^X) {
    read $own, my $header, 20;
    $clock = { 62 => 96, 183 => 169 }->{ unpack 'x18 v', $header } || 0;
}
eval { require Time::HiRes } unless $clock;
my $size_request = { linux => 0x5413, darwin => 0x40087468 }->{$^O};

sub now {
    if ($clock) {
        syscall $clock, $now_struct, 0;
        my ($seconds, $micros) = unpack 'q2', $now_struct;
        return $seconds * 1000 + int($micros / 1000);
    }
    return int(1000 * (defined &Time::HiRes::time ? Time::HiRes::time() : time));
}

# Write a whole text or, on a full disk, none of it.
sub note {
    my ($text) = @_;
    my $before  = -s $times;
    my $written = syswrite $times, $text;
    if (defined $written && $written == length $text) {
        $taken += $written;
        return 1;
    }
    truncate $times, $before || 0;
    return 0;
}

# Where the log of this name ends.
sub end_of {
    my ($name) = @_;
    open my $file, '<', "$name.times" or return undef;
    my ($base) = (<$file> || '') =~ /^\d+ (\d+) begin/ or return undef;
    return $base + (-s "$name.log" || 0);
}

sub close_files { close $_ for grep { $_ } $log, $times; ($log, $times) = () }

# Open both files, as they are or new: no log without its first line of times.
sub open_files {
    my ($at) = @_;
    return 0 unless open($times, '>>', 'stream.times') && open($log, '>>', 'stream.log');
    $taken = (-s $log) + (-s $times);
    my $begin = join ' ', $at, $offset - (-s $log), 'begin 1', (stat $log)[1];
    return 1 if -s $times || note("$begin\n" . ($size && "$at $offset size $size\n"));
    close_files();
    return 0;
}

# A reader can tell from what is there how far this came: see src/recordings.
sub rotate {
    unlink 'stream.1.times';
    rename 'stream.log', 'stream.1.log' or return 0;
    rename 'stream.times', 'stream.1.times' or return 0;
    close_files();
    return 1;
}

# A new size is noted before the output that it made the program print.
sub look_at_size {
    my ($at) = @_;
    return unless $size_request && $terminal && open my $device, '<', $terminal;
    my $cells = "\0" x 8;
    return unless ioctl $device, $size_request, $cells;
    my ($rows, $columns) = unpack 'S2', $cells;
    return if $size eq "${columns}x$rows" || !$rows;
    $size = "${columns}x$rows";
    note("$at $offset size $size\n") if $log;
}

sub keep {
    my ($at) = @_;
    my $room = $limit / 2 - 4 * $longest_line;
    $lost += length($_[1]), return if $log && $taken + length($_[1]) > $room && !rotate();
    $lost += length($_[1]), return unless $log || open_files($at);
    my $done = 0;
    while ($done < length $_[1]) {
        $done += syswrite($log, $_[1], length($_[1]) - $done, $done) || last;
    }
    $offset += $done;
    $taken  += $done;
    $lost   += length($_[1]) - $done;
}

sub note_group {
    my ($at) = @_;
    $is_due = 0;
    $noted_at = $at;
    $lost = 0 if $log && note($lost ? "$at $offset lost $lost\n" : "$at $offset\n");
}

# One that died while it rotated left the times of stream.1.log under the other name.
rename 'stream.times', 'stream.1.times' if !-e 'stream.log' && !-e 'stream.1.times';
my $goes_on = -s 'stream.log';
$offset = end_of('stream') // end_of('stream.1') // (-s 'stream.log' || 0);
my $came_at = now();
look_at_size($came_at);
open_files($came_at);
note("$came_at $offset start\n" . ($size && "$came_at $offset size $size\n")) if $goes_on && $log;

my ($chunk, $ready) = ('', '');
vec(my $input = '', 0, 1) = 1;
while (1) {
    if ($is_due && !select $ready = $input, undef, undef, $group_ms / 1000) {
        note_group($came_at);
        next;
    }
    my $count = sysread STDIN, $chunk, $chunk_bytes;
    last unless $count || (!defined $count && $! == 4);    # EINTR
    next unless $count;
    my $last_at = $came_at;
    $came_at = now();
    # Held up by a busy machine, this finds new output where it would have noted the old: that one
    # came by its own time, and must not seem to belong to what came after.
    note_group($last_at) if $is_due && abs($came_at - $last_at) >= $group_ms;
    my $is_over = abs($came_at - $noted_at) >= $group_ms;
    look_at_size($came_at) if $is_over;
    keep($came_at, $chunk);
    $is_due = 1;
    note_group($came_at) if $is_over;
}
note_group($came_at) if $is_due;
