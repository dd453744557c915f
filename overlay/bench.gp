# SPDX-License-Identifier: GPL-2.0-only
# The plots of overlay/bench, from out.dat to out.svg.
set terminal svg size 1000,800 font 'sans,12' background 'white'
set output out.'.svg'
data = out.'.dat'
set multiplot layout 2,2
set logscale xy
set grid
set key top left Left reverse samplen 2
set xlabel 'records in the list'
set format x "10^{%T}"
set xrange [700:450000]
set style data linespoints
set datafile missing '?'
set style line 1 lc rgb '#b03030' lw 2 pt 7 ps 0.6
set style line 2 lc rgb '#2060a0' lw 2 pt 7 ps 0.6
set style line 3 lc rgb '#606060' lw 2 dt 2
set style line 4 lc rgb '#b03030' lw 1 pt 6 ps 0.6
set style line 5 lc rgb '#2060a0' lw 1 pt 6 ps 0.6
set style line 6 lc rgb '#209060' lw 2 pt 7 ps 0.6
set style line 7 lc rgb '#d08020' lw 2 pt 7 ps 0.6

set title 'Restoring the list at boot'
set ylabel 'ms'
plot data using 1:2 ls 1 title 'stock', '' using 1:3 ls 2 title 'ours', \
     '' using 1:4 with lines ls 3 title 'copying the same bytes'

set title 'Memory of the restored list'
set ylabel 'MiB'
plot data using 1:5 ls 1 title 'stock', '' using 1:6 ls 2 title 'ours', '' using 1:7 with lines ls 3 title 'bytes of the list'

set title 'Reading the list from securityfs'
set ylabel 'ms'
plot data using 1:10 ls 4 title 'ASCII, stock', '' using 1:11 ls 5 title 'ASCII, ours', \
     '' using 1:8 ls 1 title 'binary, stock', '' using 1:9 ls 2 title 'binary, ours', \
     '' using 1:4 with lines ls 3 title 'copying the same bytes'

set title 'Executing the next kernel'
set yrange [1:1000]
plot data using 18:20 ls 7 title 'ours, 10,000 records since the load', \
     '' using 15:17 ls 6 title 'ours, 1,000', '' using 12:14 ls 2 title 'ours, none', \
     '' using 12:13 ls 1 title 'stock, none'
unset multiplot
