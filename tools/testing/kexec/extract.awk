# SPDX-License-Identifier: GPL-2.0-only
# Copies functions out of a C file in kernel style, each with its body as it stands there, and macros.
#
#   awk -v functions="one two three?" -v macros="ONE TWO" -f extract.awk FILE.c
#
# A definition begins at the first column with a line that has the name and a parenthesis, and ends with a closing
# brace in the first column. A declaration ends in a semicolon before there is a body, and is left out. They come in
# the order of the file. A name that is not found is an error, unless it has a question mark behind it.

function named(line,	name) {
	for (name in wanted)
		if (line ~ "(^|[ *])" name "\\(")
			return name
	return ""
}

BEGIN {
	n = split(functions, list, " ")
	for (i = 1; i <= n; i++)
		wanted[list[i]] = 1
	for (name in wanted)
		if (name ~ /\?$/) {
			delete wanted[name]
			wanted[substr(name, 1, length(name) - 1)] = 0
		}
	n = split(macros, list, " ")
	for (i = 1; i <= n; i++)
		defined[list[i]] = 1
}

state == "" && /^#define / {
	macro = $2
	sub(/\(.*/, "", macro)
	if (macro in defined) {
		delete defined[macro]
		state = "macro"
	}
}

state == "macro" {
	print
	if (!/\\$/)
		state = ""
	next
}

state == "" && /^[a-z]/ && (name = named($0)) != "" {
	state = "head"
	text = "#line " FNR " \"" FILENAME "\"\n"
}

state == "head" {
	text = text $0 "\n"
	if (/;[[:space:]]*$/)
		state = ""
	else if (/^\{/)
		state = "body"
	next
}

state == "body" {
	text = text $0 "\n"
	if (/^\}/) {
		print text
		delete wanted[name]
		state = ""
	}
}

END {
	for (name in defined)
		missing = missing " " name
	for (name in wanted)
		if (wanted[name])
			missing = missing " " name
	if (missing != "") {
		print FILENAME ": no definition of" missing "; see extract.awk for what one looks like" >"/dev/stderr"
		exit 1
	}
}
