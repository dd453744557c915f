# SPDX-License-Identifier: GPL-2.0-only
# The plots of overlay/bench-chain, from out.dat to out.svg.
set terminal svg size 1000,400 font 'sans,12' background 'white'
set output out.'.svg'
data = out.'.dat'
set multiplot layout 1,2
set grid
set key top left Left reverse samplen 2
set xlabel 'kexec, each kernel with '.own.' records of its own'
set style data lines
set style line 1 lc rgb '#b03030' lw 2
set style line 2 lc rgb '#2060a0' lw 2

set title 'Time for the list: load, execute and restore'
set ylabel 'ms for each kexec'
plot data using 1:($3+$4+$5) ls 1 title 'Linux '.base, '' using 1:($8+$9+$10) ls 2 title 'with the series'

set title 'Memory that the next kernel is without'
set ylabel 'MiB'
plot data using 1:($6/1024) ls 1 title 'Linux '.base, '' using 1:($11/1024) ls 2 title 'with the series'
unset multiplot
