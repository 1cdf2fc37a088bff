# SPDX-License-Identifier: GPL-2.0-only
# The two scale curves: gnuplot -e "data='build/bench'; out='build/bench.svg'" figure.gp
# reads data-CURVE-PEER.tsv (x, ours, peer's), which tests/bench/run makes of bench.json.

set terminal svg size 1040,430 font "sans-serif,13" background "white" dynamic
set output out
set multiplot layout 1,2 margins 0.075,0.985,0.15,0.88 spacing 0.09
set style line 1 lc rgb "#0b6e4f" lw 2.5 pt 7 ps 0.8
set style line 2 lc rgb "#c8553d" lw 2 pt 5 ps 0.7
set style line 3 lc rgb "#6c757d" lw 2 pt 9 ps 0.8
set border 3 lc rgb "#444444"
set tics nomirror
set grid ytics lc rgb "#dddddd"
set key top left reverse Left samplen 2
set logscale x 10
set format x "%.0s%c"
set ylabel "time per packet [µs]" offset 1

set title "A new flow, with as many rules"
set xlabel "rules in the table"
set xrange [0.8:100000]
set xtics ("1" 1, "16" 16, "256" 256, "4,096" 4096, "65,536" 65536)
set logscale y 10
set format y "%g"
plot data."-rules_curve-nft-rules.tsv" using 1:($3/1000) with linespoints ls 3 title "nftables DNAT, list of rules", \
	data."-rules_curve-nft-map.tsv" using 1:($3/1000) with linespoints ls 2 title "nftables DNAT, map", \
	data."-rules_curve-nft-map.tsv" using 1:($2/1000) with linespoints ls 1 title "sinkbridge"

set title "A packet, with as many live flows"
set xlabel "live flows, each packet of the next"
set xrange [0.8:1500000]
set xtics ("1" 1, "1k" 1000, "10k" 10000, "100k" 100000, "1M" 1000000)
unset logscale y
set yrange [0:*]
plot data."-flows_curve-nft-dnat.tsv" using 1:($3/1000) with linespoints ls 2 title "nftables DNAT, conntrack", \
	data."-flows_curve-nft-dnat.tsv" using 1:($2/1000) with linespoints ls 1 title "sinkbridge"
unset multiplot
