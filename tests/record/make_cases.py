"""The Makefiles that tests/record/make.py asks make about: each shows one thing that make does."""

CASES = []


def case(name, makefile, **more):
    CASES.append({"name": name, "makefile": makefile, **more})


def values(name, text, **more):
    """Assignments only, and something to make."""
    case(name, text + "\nall: ;\n", **more)


# Assignment
values("recursive and simple", "A = $(X)\nB := $(X)\nC ::= $(X)\nX = late\nD := $(X)")
values("default", "A ?= 1\nA ?= 2\nB =\nB ?= 3\nC :=\nC ?= 4\nD ?= $(X)\nX = late")
values("default against the environment", "A ?= 1\nB ?= 2\nC ?= 3", env={"A": "env", "B": ""})
values("the environment and an assignment", "A = 1\nB += 2\nC := $(C)3", env={"A": "env", "B": "env", "C": "env"}, ask=["$(D)"])
values("the environment's dollar", "B := $(A)\nC := $(value A)", env={"A": "x$(Y)y$$z", "Y": "why"}, ask=["$(A)", "$(origin A)", "$(flavor A)"])
values("append to each flavor", "A = 1\nA += $(X)\nB := 1\nB += $(X)\nC += $(X)\nD ?= 1\nD += $(X)\nX = late")
values("append nothing", "A = 1\nA +=\nB := 1\nB +=\nC +=\nD :=\nD += x\nE =\nE += x\nF := \nF +=\nF += y")
values("append to the environment", "A += x\nA += $(Y)\nY = late", env={"A": "env"})
values("append to an empty environment", "A += x\nB ?= y", env={"A": "", "B": ""})
values("append to a default", "A ?= 1\nA += 2", env={"A": "env"})
values("shell assignment", "A != echo one two\nB != printf 'a\\nb\\n'\nX = echo $(Y)\nY = x\nC != $(X)")
values("shell assignment of nothing", "A != true\nB != pwd")
values("define", "define A\none\ntwo\nendef\ndefine B =\none $(X)\nendef\ndefine C :=\none $(X)\nendef\nX = late")
values("define with flavors", "define A ?=\none\nendef\nD = 1\ndefine D +=\ntwo\nendef\ndefine E :=\nendef\ndefine F\n\nendef\ndefine G !=\necho x\nendef")
values("define in define", "define A\ndefine B\nx\nendef\nendef\n$(eval $(A))", names=["B"])
values("define keeps blanks and signs", "define A\n  one   # no comment\n\ttwo \\\n  three\nendef\nB := $(words $(A))")
values("define of a call", "define F\n$(1)\n$(2)\nendef\nA := $(call F,x,y)\nB := $(call F,x)")
values("override define", "override define A\nx\nendef\nA = y", args=["A=z"])
values("undefine", "A = 1\nundefine A\nB = 2\nundefine B\nB ?= 3\nC = $(A)", ask=["$(origin A)", "$(flavor A)"])
values("override", "override A = 1\nA = 2\nB = 1\noverride B = 2\noverride C += 3\nC += 4")
values("command line", "A = 1\nB := 2\nC ?= 3\nD += 4", args=["A=x", "B=x y", "C=", "D=z"])
values("command line beats the environment", "A ?= 1\nA = 2", env={"A": "env"}, args=["A=x"])
values("override against the command line", "override A = 1\noverride B += 2\nC += 3\noverride D := $(D)4", args=["A=x", "B=y", "C=z", "D=w"])
values("command line flavors", "C = 1", args=["A=$(X)", "B:=$(X)", "X=x"], ask=["$(A)", "$(B)", "$(origin A)", "$(flavor A)", "$(flavor B)"])
values("undefine against the command line", "undefine A\noverride undefine B", args=["A=x", "B=y"], ask=["$(A)", "$(B)"])
values("nested names", "A_x = 1\nX = x\nB := $(A_$(X))\nC := $($(Y))\nY = A_x\n$(X)_2 = 3", ask=["$(x_2)"])
values("computed names", "P = go\n$(P)_bin := bin/$(P)\nA := $($(P)_bin)", ask=["$(go_bin)"])
values("one letter", "x = 1\nA := $x $(x)x $xx\nB := ${x}")
values("names with signs", "a-b = 1\na.b = 2\na/b = 3\nA := $(a-b)$(a.b)$(a/b)")
values("a value with signs", "A = a=b:c\nB := x:=y\nC = $(X:=.o)\nX = a b\nD = -X 'main.Version=1'")
values("no blank around the sign", "A=1\nB:=2\nC+=3\nD?=4\nE =5\nF= 6")
values("blanks at both ends", "A =   x y  \nB := $(A)|\nC = x # comment\nD := $(C)|\nE :=\t x")
values("a comment takes the rest", "A = 1 # two \\\n  three\nB = a\\#b\nC = a\\\\#b\nD := $(subst \\#,x,a\\#b)\nE = 'a # b'")
values("a comment goes on", "# one \\\nA = 1\nB = 2", ask=["$(A)"])
values("a dollar", "A = $$\nB = $$HOME\nC := $$x$$\nD := $(A)x\nE = $$(pwd)")
values("continued", "A = one \\\n    two\\\n three \\\n\nB = one\\\ntwo\nC = \\\n  x\nD = a \\\n\\\n b\nE := a\\\n\n")
values("continued in a call", "A := $(subst x,\\\n   y,a x b)\nB := $(strip a \\\n  b)\nC := $(if x,\\\n  y)")
values("backslashes at the end", "A = x\\\\\nB = y")
values("a list", "A := a.go \\\n     b.go \\\n     c.go\nB := $(A:.go=.o)\nC := $(words $(A))")
values("a tab before a rule", "A = 1\nifdef A\n\tB = 2\nendif")
values("refers to itself later", "A := 1\nA := $(A) 2\nA := $(A) 3")
values("export forms", "export A = 1\nexport B := 2\nexport C ?= 3\nexport D += 4\nE = 5\nexport E F\nunexport G\nexport override H = 6\noverride export I = 7")
values("export with the environment", "export A\nexport B ?= 1", env={"A": "env", "B": "env"}, ask=["$(A)", "$(origin A)"])
values("variables of make", "A = 1", ask=["$(MAKE)", "$(SHELL)", "$(CURDIR)", "$(CC)", "$(CXX)", "$(AR)", "$(RM)", "$(origin CC)", "$(origin MAKE)", "$(flavor CC)", "$(MAKECMDGOALS)", "$(MAKEFILE_LIST)", "$(origin CURDIR)", "$(flavor CURDIR)"])
values("variables of make that are set", "CC = gcc\nRM ?= del\nCXX ?= clang++\nCURDIR = /x\nAR += q", ask=["$(CC)", "$(RM)", "$(CXX)", "$(CURDIR)", "$(origin CC)", "$(AR)"])
values("the environment sets what make has", "A = 1\nCC ?= x", env={"CC": "clang", "SHELL": "/bin/zsh", "MAKE": "gmake", "CURDIR": "/y"}, ask=["$(CC)", "$(SHELL)", "$(CURDIR)", "$(origin CC)"])
values("what nothing sets", "A := $(NOWHERE)x\nB = $(NOWHERE)", ask=["$(origin NOWHERE)", "$(flavor NOWHERE)", "$(HOME)", "$(origin HOME)", "$(flavor HOME)", "$(value NOWHERE)"])
values("the environment is seen", "A := $(GOBIN)\nB = $(GOFLAGS)\nifdef GOBIN\nC = set\nendif\nifdef GOFLAGS\nD = set\nelse\nD = unset\nendif", env={"GOBIN": "/b", "GOFLAGS": ""})
values("PWD and CURDIR", "A := $(PWD)\nB := $(CURDIR)\nC := $(shell pwd)\nD := $(abspath .)\nifeq ($(A),$(B))\nE = same\nendif")
values("goals", "A := $(MAKECMDGOALS)\nifneq ($(filter clean,$(MAKECMDGOALS)),)\nB = clean\nelse\nB = build\nendif\nclean other: ;", args=["clean", "other"])
values("no goals", "ifeq ($(MAKECMDGOALS),)\nA = none\nendif\nB := $(MAKECMDGOALS)")
values("if without blanks", "A = 1\nifeq ($A,1)\nB = 1\nendif")
values("space below a target", "docker: app\n  CGO = 0\napp:\n  X := 1")
# What looks like something else
values("a variable called define", "defined = 1\nexported = 2\nincluded = 3\noverrides = 4\nifeqx = 5")
values("a keyword as a name", "export = 1\ninclude = 2\nA := $(export)$(include)", ask=["$(export)", "$(include)"])
values("utf-8", "A := naïve café\nB := $(words $(A))\nC := $(subst ï,i,$(A))")
values("carriage returns", "A = 1\r\nB = 2\r")

# Conditions
CONDITION = "{0}\nA = yes\nelse\nA = no\nendif"
for number, text in enumerate([
    "ifeq (a,a)", "ifeq (a,b)", "ifeq ( a,a)", "ifeq (a, a)", "ifeq (a,a )", "ifeq (a ,a)", 'ifeq "a" "a"', "ifeq 'a' 'a'", "ifeq 'a' \"a\"",
    'ifeq "a" "b"', "ifneq (a,a)", "ifneq (a,b)", "ifneq (,)", "ifeq (,)", "ifeq ($(X),)", "ifeq (,$(X))", "ifeq ($(Y),1)", "ifeq ($(strip $(Z)),)",
    "ifeq ($(Z),)", "ifdef X", "ifdef Y", "ifdef Z", "ifndef X", "ifndef Y", "ifdef W", "ifdef V", "ifdef $(N)", "ifndef U",
    "ifeq ($(Y),$(Y))", "ifeq (a,a) # comment", "ifdef Y # comment", "ifeq ((a),(a))", "ifeq ($(subst a,b,a),b)", "ifeq ($(filter a,a b),a)",
    'ifeq "$(Y)" "1"', "ifneq '$(Y)' ''", "ifeq (a,a)x", "ifeq \"a\"\"a\"", "ifdef  Y ", "ifeq (a b,a b)", "ifeq (a  b,a b)", "ifeq ($(Y)$(Y),11)",
    "ifneq ($(Y),$(X))", "ifeq (x$(X)y,xy)", "ifdef MAKE", "ifdef HOME", "ifdef NOWHERE", "ifdef CC", "ifeq ($(origin Y),file)", "ifeq ($(origin CC),default)",
    "ifeq ($(if $(Y),a),a)", "ifeq (${Y},1)", "ifeq ($(words a b),2)", "ifneq (,$(findstring b,abc))", "ifneq ($(wildcard Makefile),)", "ifeq ($(wildcard nothing),)",
]):
    values(f"condition {number}: {text}", "X =\nY = 1\nZ = $(X) \nW = $(X)\nV := $(X)\nN = Y\n" + CONDITION.format(text))
values("else if", "X = 2\nifeq ($(X),1)\nA = one\nelse ifeq ($(X),2)\nA = two\nelse ifdef X\nA = three\nelse\nA = four\nendif")
values("nested conditions", "X = 1\nifdef X\nifeq ($(X),2)\nA = a\nelse\n  ifneq ($(X),3)\n  A = b\n  endif\nendif\nelse\nA = c\nendif")
values("a condition with tabs", "ifdef NOWHERE\n\tA = 1\nelse\n  A = 2\n  endif")
values("what is not read is not wrong", "ifdef NOWHERE\nA = $(error x)\ninclude nowhere.mk\nendif\nB = 1")
values("an unset name in a condition", "ifeq ($(GOOS),windows)\nEXE = .exe\nendif\nA = app$(EXE)")
values("a set name in a condition", "ifeq ($(GOOS),windows)\nEXE = .exe\nendif\nA = app$(EXE)", env={"GOOS": "windows"})
values("a default in a condition", "V ?= 0\nifeq ($(V),0)\nQ = @\nelse\nQ =\nendif", args=["V=1"])
values("ifdef looks at the value as written", "A = $(NOWHERE)\nifdef A\nB = set\nendif\nC := $(NOWHERE)\nifndef C\nD = unset\nendif")
values("conditions around rules", "ifdef X\nall: one\nelse\nall: two\nendif\none two: ;@:")

# Functions of text
FUNCTIONS = {
    "subst": ["$(subst ee,EE,feet on the street)", "$(subst a,,banana)", "$(subst ,x,abc)", "$(subst x, ,axb)", "$(subst $(S),-,a b)", "$(subst a,b,$(E))", "$(subst .,_,1.2.3)", "$(subst $(C),$(S),a,b,c)"],
    "patsubst": ["$(patsubst %.c,%.o,x.c.c bar.c)", "$(patsubst %.c,%.o,a.h b.c)", "$(patsubst a,b,a aa a)", "$(patsubst %,%/x,a b)", "$(patsubst %,x,a b)", "$(patsubst a%c,<%>,abc ac abbc)", "$(patsubst %.c,%.%,a.c)", "$(patsubst ./%,%,./a ./b/c d)", "$(patsubst \\%,x,% a)", "$(patsubst %/,%,a/ b/c/ d)", "$(patsubst , x,a b)", "$(patsubst %.c ,%.o ,a.c b.c)", "$(patsubst  %.c, %.o,a.c  b.c)"],
    "references": ["$(L:.c=.o)", "$(L:%.c=%.o)", "$(L:.c=)", "$(L:c=x)", "$(L:%=obj/%)", "${L:.c=.o}", "$(L:a.c=z)", "$(L:=.x)", "$(L:%.c=%/%)", "$(L:.$(N)=.o)", "$(N:c=d)", "$(P:%/=%)", "$(P:/=)"],
    "strip": ["$(strip  a   b c )", "$(strip )", "$(strip $(S))", "[$(strip $(W))]"],
    "findstring": ["$(findstring a,a b c)", "$(findstring d,a b c)", "$(findstring ,abc)", "$(findstring a b,x a b y)", "$(findstring $(E),$(E))"],
    "filter": ["$(filter %.c %.s,foo.c bar.c baz.s ugh.h)", "$(filter a,a b a)", "$(filter %,a b)", "$(filter ,a b)", "$(filter a%,ab ba aab)", "$(filter-out %.c,a.c b.h)", "$(filter-out a b,a b c d)", "$(filter-out ,a b)", "$(filter %a%,a% ba)", "$(filter a\\%b,a%b axb)", "$(filter x%y,xy xzy xyz)"],
    "sort": ["$(sort foo bar lose)", "$(sort b a b c a)", "$(sort )", "$(sort a  b)", "$(sort B a A b)", "$(sort 10 9 1)", "$(sort a-b a.b a_b aB)"],
    "words": ["$(word 2,foo bar baz)", "$(word 5,a b)", "$(word 1,)", "$(wordlist 2,3,foo bar baz)", "$(wordlist 2,9,a b c)", "$(wordlist 3,2,a b c)", "$(wordlist 1,1,a)", "$(wordlist 4,5,a b)", "$(words a b c)", "$(words )", "$(firstword foo bar)", "$(firstword )", "$(lastword foo bar)", "$(lastword $(E))", "$(wordlist 2,$(words $(L)),$(L))", "$(wordlist 1,0,a b)", "$(word  2 ,a b)"],
    "directories": ["$(dir src/foo.c hacks)", "$(dir /a /)", "$(dir a/ a/b/)", "$(notdir src/foo.c hacks)", "$(notdir a/ b)", "$(notdir /)", "$(dir )", "$(dir ./a ../b)", "$(notdir $(P))"],
    "suffixes": ["$(suffix src/foo.c src-1.0/bar.c hacks)", "$(basename src/foo.c src-1.0/bar hacks)", "$(basename a.b.c)", "$(suffix a.b.c)", "$(basename .x a/.b)", "$(suffix .x a/.b)", "$(basename a.d/b)", "$(suffix a.d/b)", "$(suffix a.)", "$(basename a. ..)"],
    "addprefix": ["$(addprefix src/,foo bar)", "$(addprefix ,a b)", "$(addprefix -I ,a b)", "$(addprefix x y,a b)", "$(addprefix a,$(E))", "$(addsuffix .c,foo bar)", "$(addsuffix , a b)", "$(addsuffix x, a  b )", "$(addsuffix /bin,$(L))"],
    "join": ["$(join a b,.c .o)", "$(join a b c,1)", "$(join ,1 2)", "$(join a,)"],
    "foreach": ["$(foreach d,a b c,$(d).o)", "$(foreach d,,x)", "$(foreach d,a b,$(foreach e,1 2,$(d)$(e)))", "$(foreach L,q,$(L))$(L)", "$(foreach d,a b,)", "$(foreach d, a  b ,<$(d)>)", "$(foreach N,d,$(N))", "$(foreach x,a b,$(eval X_$(x) := $(x)))$(X_b)", "$(foreach d,a b,$d,$d)"],
    "conditionals": ["$(if x,a,b)", "$(if ,a,b)", "$(if $(E),a)", "$(if $(S),a,b)", "$(if  ,a,b)", "$(if x, a , b )", "$(if x,a,b,c)", "$(if $(L),$(N),$(error no))", "$(or a,b)", "$(or ,b)", "$(or ,)", "$(or $(E), b ,c)", "$(and a,b)", "$(and a,,c)", "$(and a, b )", "$(or $(and a,),z)", "$(and $(L),$(N))"],
    "call": ["$(call R,a,b)", "$(call R,a)", "$(call R,a,b,c)", "$(call R, a , b )", "$(call R)", "$(call $(M),x,y)", "$(call T,1)", "$(call T,$(call R,1,2))", "$(call NOWHERE,a)", "$(call G,$(L))", "$(call L)", "$(call Z,a)", "$(call foreach,x,a b,y)", "$(call dir,a/b)", "$(call  R ,a,b)", "$(call K,a$(C)b,c)", "$(call notdir,a/b)", "$(call subst,a,b,aa)", "$(call R,$(1),$(2))"],
    "value": ["$(value R)", "$(value L)", "$(value NOWHERE)", "$(value N)", "$(value V)", "$(flavor R)", "$(flavor V)", "$(flavor NOWHERE)", "$(origin R)", "$(origin NOWHERE)", "$(origin V)", "$(value HOME)", "$(flavor HOME)"],
    "paths": ["$(abspath a)", "$(abspath ./a/../b)", "$(abspath /x//y/./z/..)", "$(abspath a b)", "$(abspath )", "$(abspath .)", "$(abspath /)", "$(abspath a/)", "$(realpath Makefile)", "$(realpath nothing)", "$(realpath .)", "$(realpath Makefile nothing)", "$(realpath ./d/../Makefile)", "$(abspath $(P))"],
    "wildcard": ["$(wildcard *.go)", "$(wildcard d/*)", "$(wildcard nothing)", "$(wildcard Makefile nothing d)", "$(wildcard d)", "$(wildcard */*.go)", "$(wildcard *.x)", "$(wildcard ?.go)", "$(wildcard [ab].go)", "$(wildcard d/)", "$(wildcard ./*.go)", "$(wildcard *.go d/*.go)", "$(notdir $(wildcard d/*.go))", "$(patsubst d/%.go,%,$(wildcard d/*.go))", "$(wildcard $(E))", "$(sort $(wildcard *))"],
    "shell": ["$(shell pwd)", "$(shell echo a b)", "$(shell echo '  a')", "$(shell printf 'a\\nb\\n\\n')", "$(shell true)", "$(shell echo $(L))", "$(shell basename a/b.c)", "$(shell dirname a/b/c)", "$(shell cat d/x.go)", "$(shell echo $$HOME)", "$(shell cd d && pwd)", "$(shell echo \"a  b\")", "$(shell echo a  b)", "$(shell false)", "$(shell echo a; echo b)", "$(shell echo x | tr x y)", "$(shell test -f Makefile && echo yes)", "$(shell ls d)"],
    "eval": ["$(eval EV1 = 1)$(EV1)", "$(eval EV2 := $(L))$(EV2)", "$(eval EV3 = $$(L))$(value EV3)", "$(eval $(call RULE,q))$(EV_q)", "$(eval EV4 = a)$(eval EV4 += b)$(EV4)", "$(eval )", "$(eval ifdef L\nEV5 = y\nendif)$(EV5)"],
    "messages": ["$(info )", "$(warning w)x", "$(info )y"],
    "unknown functions": ["$(nothing a)", "$(Subst a,b,a)", "$(subst)", "$(dir$(E) a/b)", "$(words$(S)a b)"],
    "parentheses": ["$(subst (,<,a(b))", "$(subst a,b,(a,a))", "${subst (,<,a(b}", "$(strip (a) b)", "$(subst {,<,a{b)", "$(if x,(a,b),c)", "$(L:.c=.($(N)))"],
}
CONSTANTS = """E =
S := $(E) $(E)
C := ,
W =   a  b
L = a.c b/c.c d.h
N = c
P = a/ b/c/ d
R = $(2) $(1)
M = R
T = <$(call R,$(1),t)>
G = $(patsubst %.c,%.o,$(1))
Z = $(0) $(1)
K = $(1)|$(2)
V := v$(N)
define RULE
EV_$(1) := $(1)
endef
"""
FILES = {"a.go": "package a\n", "b.go": "package a\n", "main.go": "package a\n", "d/x.go": "package d\n", "d/y.txt": "why\n"}
for group, calls in FUNCTIONS.items():
    for start in range(0, len(calls), 3):
        part = calls[start:start + 3]
        text = CONSTANTS + "".join(f"X{n} = {call}\n" for n, call in enumerate(part) if "\n" not in call)
        text += "".join(f"Y{n} := {call}\n" for n, call in enumerate(part) if "\n" not in call) + "all:\n\t@echo '$(X0)' '$(Y0)'\n"
        CASES.append({"name": f"{group} {start // 3}", "files": {"Makefile": text, **FILES}})

# Rules: targets, prerequisites, recipes
case("one rule", "all: a b\n\techo all\na:\n\techo a\nb: c\n\techo b\nc:\n\techo c\n")
case("the first target is the goal", ".PHONY: x\nX = 1\n.hidden: ;@:\n%.o: ;@:\nfirst second:\n\techo $@\n")
case("a hidden first target with a slash", "./.x/y:\n\techo $@\nall:\n\techo $@\n")
case("default goal", ".DEFAULT_GOAL := b\na:\n\techo a\nb:\n\techo b\n")
case("default goal before and after", "a:\n\techo a\n.DEFAULT_GOAL = c\nb:\n\techo b\nc:\n\techo c\n")
case("default goal cleared", "a:\n\techo a\n.DEFAULT_GOAL :=\nb:\n\techo b\n")
case("default goal from a variable", "GOAL ?= b\n.DEFAULT_GOAL := $(GOAL)\na:\n\techo a\nb:\n\techo b\n")
case("goals on the command line", "a:\n\techo a\nb:\n\techo b\nc: a\n\techo c\n", args=["c", "b", "a"])
case("the same prerequisite twice", "all: a b a\n\techo $^ / $+ / $<\na: b\n\techo a\nb:\n\techo b\n")
case("prerequisites from several rules", "all: a\nall: b\n\techo $^ $<\nall: c\na b c:\n\techo $@\n")
case("the recipe's rule comes first", "all: a\nall: b c\n\techo $<\nall: d\n\na b c d: ;@echo $@\n")
case("later recipe wins", "a:\n\techo one\na: b\n\techo two $^\nb:\n\techo b\n")
case("later recipe wins, prerequisites stay", "a: x\n\techo one\na: y\n\techo two $^\nx y:\n\techo $@\n")
case("several targets", "a b: c\n\techo $@ $<\nc:\n\techo c\nall: a b\n", args=["all"])
case("order only", "all: a | b c\n\techo $^ '|' $| $<\na b c:\n\techo $@\n")
case("order only alone", "all: | b\n\techo $^ $|\nb:\n\techo b\n")
case("order only and normal", "all: a b | b c a\n\techo $^ '|' $|\na b c:\n\techo $@\n")
case("order only on another rule", "all: a\n\techo $^ '|' $|\nall: | d\na d:\n\techo $@\n")
case("double colon", "a:: b\n\techo one $<\na:: c\n\techo two $<\nb c:\n\techo $@\n")
case("double colon without prerequisites", "a::\n\techo one\na::\n\techo two\n")
case("double colon under another", "all: a\n\techo all\na::\n\techo one\na:: b\n\techo two\nb:\n\techo b\n")
case("a recipe behind a semicolon", "a: b ; echo $@ $<\nb: ; @echo b\n\techo more\nc:;\n")
case("a semicolon in a prerequisite's value", "X = b ; echo x\na: $(X)\nb:\n\techo b\n")
case("an empty recipe", "all: a b\n\techo all\na: ;\nb:\n\t\n")
case("no recipe", "all: a b\na:\n\techo a\nb: a\n")
case("prefixes", "all:\n\t@echo a\n\t-echo b\n\t+true c\n\t@-echo d\n\t- @ echo e\n\t@ -echo f\n\t@\n\techo @g\n")
case("a prefix from a variable", "Q = @\nD = -\nall:\n\t$(Q)echo a\n\t$(D)$(Q)echo b\n\t$(NOWHERE)echo c\n")
case("a prefix by condition", "V ?= 0\nifeq ($(V),0)\nQ := @\nendif\nall:\n\t$(Q)echo $(if $(Q),quiet,loud)\n", env={"V": "1"})
case("comments in recipes", "all: # comment\n\techo a # shell\n\t# for the shell\n# for make\n\techo b\n\n\techo c\n    # spaces\n\techo \\# d\n")
case("blank lines and comments between", "all:\n\n\techo a\n\n# x\n\n\techo b\n")
case("dollars in recipes", "X = x\nall:\n\techo $$HOME $${X} $$$$ $X $(X) '$$(pwd)'\n\tfor i in a b; do echo $$i; done\n")
case("continued recipe", "X = x\nall:\n\techo a \\\n\t  b $(X) \\\n    c\n\techo 'd\\\n\te'\n")
case("continued recipe in a call", "all:\n\techo $(subst a,b,\\\n\ta c) \\\n\tend\n")
case("a recipe with conditions", "X = 1\nall:\n\techo a\nifeq ($(X),1)\n\techo one\nelse\n\techo two\nendif\n\techo b\n")
case("a recipe with conditions inside", "X = 1\nall:\n\techo a\n  ifdef X\n\techo one\n  else\n\techo two\n  endif\nifndef X\n\techo x\nendif\n\techo b\n")
case("a multi-line value in a recipe", "define run\n@echo one\n-echo $@ $(1)\n\techo three\nendef\nall:\n\t$(run)\n\t$(call run,x)\n\t@$(run)\n")
case("a recipe of values", "CMD = echo $(WHAT)\nWHAT = $@-x\nall: a\n\t$(CMD)\na:\n\t$(CMD)\n")
case("nothing to do", "all: Makefile\n")
case("no rule for a prerequisite", "all: a nowhere\n\techo all\na:\n\techo a\n")
case("no rule for the goal", "all:\n\techo all\n", args=["nowhere"])
case("no rule for the second goal", "all:\n\techo all\n", args=["all", "nowhere"])
case("no targets", "X = 1\n")
case("a file that is there", "all: a.go b\n\techo $^\nb:\n\techo b\n", files={"a.go": ""})
case("a target that is there", "a.go:\n\techo a\n", files={"a.go": ""}, args=["a.go"])
case("a phony target that is there", ".PHONY: a.go\na.go:\n\techo a\n", files={"a.go": ""}, args=["a.go"])
case("a target that is a directory", "cmd:\n\techo cmd\nall: cmd\n\techo all\n", files={"cmd/x.go": ""}, args=["all"])
case("phony in several lines", ".PHONY: a\n.PHONY: b c\n.PHONY: $(X)\nX = d\na: b c d\n\techo a\nb c d:\n\techo $@\n", files={"a": "", "b": "", "d": ""})
case("always", "a.go:\n\techo a\n", files={"a.go": ""}, args=["-B", "a.go"])
case("FORCE", "a.go: FORCE\n\techo a\nFORCE:\n", files={"a.go": ""}, args=["a.go"])
case("circular", "a: b\n\techo a\nb: a\n\techo b\n")
case("deep", "".join(f"a{n}: a{n + 1}\n\techo a{n}\n" for n in range(6)) + "a6:\n\techo a6\n")
case("targets from variables", "BINS = one two\nall: $(BINS)\n$(BINS):\n\techo build $@\n.PHONY: all $(BINS)\n")
case("targets from functions", "CMDS := $(notdir $(wildcard cmd/*))\nall: $(addprefix bin/,$(CMDS))\nbin/%:\n\techo go build -o $@ ./cmd/$*\n", files={"cmd/a/main.go": "", "cmd/b/main.go": ""})
case("prerequisites are expanded at once", "X = a\nall: $(X)\n\techo $(X)\nX = b\na b:\n\techo $@\n")
case("a colon in a path", "all: a\\:b\na\\:b:\n\techo $@\n")
case("a space before the colon", "all : a b\n\techo $@\na b :\n\techo $@\n")
case("an indented rule", "  all: a\n\techo all\n  a:\n\techo a\n")
case("an escaped hash in a target", "all: a\\#b\n\techo $<\na\\#b:\n\techo '$@'\n")
case("wildcards in prerequisites", "all: *.go\n\techo $^\n", files={"a.go": "", "b.go": ""})
case("wildcards that match nothing", "all: *.x\n\techo $^\n")
case("a tilde", "all: ~/x\n\techo $@\n~/x:\n\techo home\n")
case("dot slash", "all: ./a b\n\techo $^\na:\n\techo a\n./b:\n\techo $@\n")
case("a target with a directory", "bin/app: cmd/app/main.go go.mod | bin\n\techo $@ $< $^ $| $(@D) $(@F) $(<D) $(<F) $(^D) $(^F) $(@D)/x\nbin:\n\tmkdir -p $@\n", files={"cmd/app/main.go": "", "go.mod": ""})
case("automatic variables without directories", "all: a b\n\techo $(@D) $(@F) $(<D) $(<F) $(^D) $(^F) $* $(*F)\na b:\n\techo $@ $< $^ $(^D)\n")
case("automatic variables in braces", "all: a/b.c\n\techo ${@} ${<} ${@D} ${<F} $(@) $(<:.c=.o) $(@:all=x) $(basename $@) $(dir $<)\na/b.c:\n\techo $(suffix $@)\n")
case("newer prerequisites", "all: a b\n\techo $?\na b:\n\techo $@\n")
case("stem of an explicit rule", "a.c:\n\techo '$*' '$(*D)'\nb:\n\techo '$*'\nall: a.c b\n", args=["all"])
case("automatic variables in a value", "X = $@ $<\nall: a\n\techo $(X)\na:\n\techo $(X)\nY := $@x\nb:\n\techo $(Y)\n", args=["all", "b"])

# Pattern rules
case("pattern", "all: a.o b.o\n\techo $^\n%.o: %.c\n\techo $@ $< $*\n", files={"a.c": "", "b.c": ""})
case("pattern with directories", "all: out/a.o\n\techo $^\nout/%.o: src/%.c\n\techo $@ $< $* $(*F) $(@D)\n", files={"src/a.c": ""})
case("pattern without a directory in it", "all: d/a.x\n%.x: %.c\n\techo $@ $< '$*'\n", files={"d/a.c": ""})
case("pattern chain", "all: a.z\n%.z: %.y\n\techo $@ $<\n%.y: %.x\n\techo $@ $<\n", files={"a.x": ""})
case("pattern without its prerequisite", "all: a.z\n\techo all\n%.z: %.y\n\techo $@\n")
case("the pattern with the shorter stem", "all: lib/a.o\n%.o: ;@echo any $@\nlib/%.o: ;@echo lib $@ $*\n")
case("the first pattern that can be made", "all: a.o\n%.o: %.x\n\techo x\n%.o: %.c\n\techo c $<\n", files={"a.c": ""})
case("pattern and an explicit prerequisite", "all: a.o\na.o: a.h\n%.o: %.c\n\techo $< $^\n", files={"a.c": "", "a.h": ""})
case("explicit beats pattern", "all: a.o b.o\n%.o:\n\techo pattern $@\nb.o:\n\techo explicit $@\n")
case("match anything", "all: x y\n%:\n\techo any $@\n", args=["all"])
case("pattern with several targets", "all: a.h a.c\n%.h %.c: %.y\n\techo $@ $<\n", files={"a.y": ""})
case("pattern of goals", "build-%:\n\techo go build ./cmd/$*\n.PHONY: build-a\n", args=["build-api", "build-web"])
case("pattern with a fixed prerequisite", "all: a.o\n%.o: %.c go.mod | out\n\techo $^ '|' $|\nout:\n\tmkdir out\n", files={"a.c": "", "go.mod": ""})
case("cancelled pattern", "all: a.o\n%.o: %.c\n\techo one\n%.o: %.c\n", files={"a.c": ""})
case("replaced pattern", "all: a.o\n%.o: %.c\n\techo one\n%.o: %.c\n\techo two\n", files={"a.c": ""})
case("static pattern", "OBJS = a.o b.o\nall: $(OBJS)\n$(OBJS): %.o: %.c common.h\n\techo $@ $< $* $^\n", files={"a.c": "", "b.c": "", "common.h": ""})
case("static pattern with directories", "T = bin/a bin/b\nall: $(T)\n$(T): bin/%: cmd/%/main.go\n\techo go build -o $@ ./$(<D) $*\n", files={"cmd/a/main.go": "", "cmd/b/main.go": ""})
case("static pattern with phony targets", "P = linux darwin\nall: $(P:%=build-%)\n$(P:%=build-%): build-%:\n\tGOOS=$* go build\n.PHONY: all $(P:%=build-%)\n")
case("static pattern with a filter", "F = a.o b.x\nall: $(F)\n$(filter %.o,$(F)): %.o: %.c\n\techo c $<\n$(filter %.x,$(F)): %.x: %.y\n\techo y $<\n", files={"a.c": "", "b.y": ""})
case("static pattern, order only", "all: a.o\na.o: %.o: %.c | %.d\n\techo $< $|\na.d:\n\techo d\n", files={"a.c": ""})
case("suffix rule", ".SUFFIXES: .x .y\nall: a.y\n.x.y:\n\techo $< $@ $*\n", files={"a.x": ""})
case("suffix rule that is none", "all: .foo.bar\n.foo.bar:\n\techo $@\n")
case("no suffixes", ".SUFFIXES:\nall: a.o\n\techo $^\na.o: a.c\n\techo $@\n", files={"a.c": ""})
case("built-in rule", "all: a.o\n\techo $^\n", files={"a.c": ""})
case("vpath", "vpath %.c src\nall: a.o\n%.o: %.c\n\techo $<\n", files={"src/a.c": ""})
case("VPATH", "VPATH = src\nall: a.c\n\techo $<\n", files={"src/a.c": ""})
case("grouped by a pattern with stem in the middle", "all: x-a-y\nx-%-y:\n\techo $* $@\n")

# Variables of targets
case("target variable", "X = global\nall: X = mine\nall: a\n\techo $(X)\na:\n\techo $(X)\nb:\n\techo $(X)\n", args=["all", "b"])
case("target variable of a prerequisite made before", "X = global\nall: a b\n\techo $(X)\nb: X = b\nb: a\n\techo $(X)\na:\n\techo $(X)\n")
case("target variable flavors", "Y = 1\nall: A := $(Y)\nall: B = $(Y)\nall: C += $(Y)\nall: D ?= d\nC = c\nY = 2\nall:\n\techo $(A) $(B) $(C) $(D)\n")
case("append to a simple global", "X := a\nall: X += $(Y)\nY = b\nall:\n\techo $(X)\n")
case("append twice", "X = a\nall: X += b\nall: X += c\nall: p\n\techo $(X)\np: X += d\np:\n\techo $(X)\n")
case("append before the global", "all: X += b\nX = a\nall:\n\techo $(X)\n")
case("private target variable", "X = g\nall: private X = p\nall: a\n\techo $(X)\na:\n\techo $(X)\n")
case("override target variable", "all: override X = o\nall:\n\techo $(X)\n", args=["X=c"])
case("target variable against the command line", "all: X = t\nall: Y += t\nall:\n\techo $(X) $(Y)\n", args=["X=c", "Y=c"])
case("target variable against the environment", "all: X = t\nall: Y ?= t\nall: Z += t\nall:\n\techo $(X) $(Y) $(Z)\n", env={"X": "e", "Y": "e", "Z": "e"})
case("several targets at once", "a b: X = 1\na b c:\n\techo $@ $(X)\nall: a b c\n", args=["all"])
case("pattern variable", "bin/%: X = p\n%: Y = any\nbin/a: X = t\nall: bin/a bin/b c\nbin/a bin/b c:\n\techo $@ $(X) $(Y)\n")
case("pattern variable, longer pattern", "%.o: X = short\nlib/%.o: X = long\nall: lib/a.o b.o\nlib/a.o b.o:\n\techo $@ $(X)\n")
case("pattern variable, longer pattern first", "lib/%.o: X = long\n%.o: X = short\nall: lib/a.o\nlib/a.o:\n\techo $@ $(X)\n")
case("pattern variable appended", "X = g\n%.o: X += p\na.o: X += t\na.o:\n\techo $(X)\n")
case("target variable uses the target", "all: X = <$@>\nall: a\n\techo $(X)\na:\n\techo $(X)\n")
case("target variable in a condition of a function", "debug: FLAGS = -g\ndebug: build\nbuild:\n\techo go build $(if $(FLAGS),$(FLAGS),-O)\n", args=["debug"])
case("target variable in prerequisites", "X = a\nall: X = b\nall: $(X)\n\techo $(X)\na b:\n\techo $@\n")
case("cross compiling targets", "linux: export GOOS = linux\ndarwin: export GOOS = darwin\nlinux darwin: build\nbuild:\n\techo go build -o app-$(GOOS)\n", args=["darwin"])
case("target variable with signs", "all: X = a=b:c;d\nall:\n\techo '$(X)'\n")
case("export before a target variable", "all: export A := 1\nall: unexport B\nall: export C\nall:\n\techo $(A)\n")
case("define in a target variable's value", "define V\nx\nendef\nall: X := $(V)y\nall:\n\techo $(X)\n")

# Files
case("include", "include a.mk\nall: b\n\techo $(A)\n", files={"a.mk": "A = 1\nb:\n\techo b\n"})
case("include decides the goal", "include a.mk\nall:\n\techo all\n", files={"a.mk": "first:\n\techo first\n"})
case("include several", "include a.mk b.mk\nC := $(A)$(B)\nall:\n\techo $(C)\n", files={"a.mk": "A = 1\n", "b.mk": "B := $(A)2\n"})
case("include a pattern", "include mk/*.mk\nall:\n\techo $(A) $(B)\n", files={"mk/a.mk": "A = 1\n", "mk/b.mk": "B = 2\n"})
case("include a variable", "F = mk/a.mk\ninclude $(F)\nall:\n\techo $(A)\n", files={"mk/a.mk": "A = 1\n"})
case("include what may be missing", "-include a.mk local.mk\nsinclude b.mk\nall:\n\techo $(A)\n", files={"a.mk": "A = 1\n"})
case("include what is missing", "include nowhere.mk\nall:\n\techo all\n")
case("include in include", "include mk/a.mk\nall:\n\techo $(A) $(B)\n", files={"mk/a.mk": "A = 1\ninclude mk/b.mk\n", "mk/b.mk": "B = 2\n"})
case("include is relative to where make runs", "-include mk/a.mk\nall:\n\techo $(A) $(B)\n", files={"mk/a.mk": "A = 1\n-include b.mk\n", "mk/b.mk": "B = no\n", "b.mk": "B = yes\n"})
case("include under a condition", "ifneq (,$(wildcard .env))\ninclude .env\nexport\nendif\nall:\n\techo $(A)\n", files={".env": "A=1\n"})
case("include nothing", "include $(NOWHERE)\nall:\n\techo all\n")
case("a list of makefiles", "A := $(MAKEFILE_LIST)\ninclude mk/a.mk\nB := $(MAKEFILE_LIST)\nC := $(lastword $(MAKEFILE_LIST))\nall:\n\techo $(A) $(B)\n", files={"mk/a.mk": "D := $(lastword $(MAKEFILE_LIST))\nE := $(dir $(lastword $(MAKEFILE_LIST)))\n"})
case("the directory of the makefile", "A := $(dir $(abspath $(firstword $(MAKEFILE_LIST))))\nB := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))\nC := $(realpath $(dir $(lastword $(MAKEFILE_LIST))))\nD := $(shell dirname $(realpath $(firstword $(MAKEFILE_LIST))))\nall:\n\techo $(A)\n")
case("another file", "", files={"build.mk": "A := $(MAKEFILE_LIST)\nall:\n\techo $(A)\n"}, read="build.mk", args=["-f", "build.mk"])
case("make below", "all:\n\t$(MAKE) -C sub\n\t$(MAKE) -C sub b X=2\n\techo end\n", files={"sub/Makefile": "X = 1\na:\n\techo sub a $(X) $(CURDIR)\nb:\n\techo sub b $(X)\n"})
case("make below with the command line", "all:\n\t$(MAKE) -C sub\n", files={"sub/Makefile": "X = 1\nX2 ?= 1\na:\n\techo $(X) $(X2)\n"}, args=["X=9"])
case("make below with exports", "export A = a\nB = b\nall:\n\t@$(MAKE) -C sub\n", files={"sub/Makefile": "B ?= none\nx:\n\techo $(A) $(B)\n"})
case("make itself", "all:\n\t$(MAKE) one two\none:\n\techo one\ntwo: one\n\techo two\n")
case("make itself with a variable", "X = 1\nall:\n\t$(MAKE) show X=2\nshow:\n\techo $(X)\n")
case("make below through a shell", "SUBS = a b\nall: $(SUBS)\n$(SUBS):\n\t$(MAKE) -C $@ build\n.PHONY: all $(SUBS)\n", files={"a/Makefile": "build:\n\techo a $(MAKECMDGOALS)\n", "b/Makefile": "all:\n\techo no\nbuild:\n\techo b\n"})
case("make without the variable", "all:\n\t+make -C sub\n\techo end\n", files={"sub/Makefile": "a:\n\techo a\n"})

# Special targets
case("one shell", ".ONESHELL:\nall:\n\techo a\n\t@echo b\n\tcd x\n")
case("one shell quietly", ".ONESHELL:\nall:\n\t@echo a\n\techo $@\n")
case("recipe prefix", ".RECIPEPREFIX = >\nall: a\n> echo all\na:\n>echo a\n")
case("recipe prefix and back", ".RECIPEPREFIX = >\nall: a\n>echo all\n.RECIPEPREFIX =\na:\n\techo a\n")
case("a default recipe", "all: x\n\techo all\n.DEFAULT:\n\techo default $@\n")
case("silent and ignore", ".SILENT:\n.IGNORE: a\na:\n\techo a\n.DELETE_ON_ERROR:\n.NOTPARALLEL:\n")
case("export all", ".EXPORT_ALL_VARIABLES:\nX = 1\nall:\n\techo $(X)\n")
case("second expansion", ".SECONDEXPANSION:\nX = b\nall: $$(X)\n\techo $^\nX = c\nb c:\n\techo $@\n")
case("intermediate", ".INTERMEDIATE: b\na: b\n\techo a\nb:\n\techo b\n")
case("precious pattern", ".PRECIOUS: %.o\n.SECONDARY:\nall: a.o\n%.o:\n\techo $@\n")
case("posix", ".POSIX:\nall:\n\techo $(CC)\n", ask=["$(CC)"])
case("wait", "all: a b\n\techo all\na b:\n\techo $@\n", args=["-j1"])

# eval that makes rules
case("eval makes rules", "define rule\nbuild-$(1):\n\techo go build -o bin/$(1) ./cmd/$(1) $$@\nendef\n$(foreach c,api web,$(eval $(call rule,$(c))))\nall: build-api build-web\n", args=["all"])
case("eval makes the goal", "$(eval first: ; echo first)\nall:\n\techo all\n")
case("eval makes variables of targets", "$(foreach t,a b,$(eval $(t): X = $(t)x))\na b:\n\techo $@ $(X)\nall: a b\n", args=["all"])
case("eval with dollars", "define rule\n$(1): $(1).c\n\techo $$< $$(X) $(X)\nendef\nX = early\n$(eval $(call rule,a))\nX = late\n", files={"a.c": ""})
case("a call that makes rules", "define rule\n$(1):\n\techo $(1)\n\nendef\n$(eval $(foreach t,a b,$(call rule,$(t))))\nall: a b\n", args=["all"])
case("expansion to a rule", "R = a: ; echo a\n$(R)\nall:\n\techo all\n")
case("warning at the top", "$(warning hello)\n$(warning w)\nall:\n\techo all\n")
case("error at the top", "$(error stop here)\nall:\n\techo all\n")
case("error in a recipe", "all: a\n\techo all\na:\n\t$(error no)\n")
case("error not reached", "all:\n\techo all\na:\n\t$(error no)\nifdef NOWHERE\n$(error no)\nendif\nX = $(error no)\n")
case("check a variable", "check-%:\n\t@echo $(if $($*),ok,missing $*)\nall: check-HOME check-NOWHERE\n", args=["all"])

# Names that nobody sets
case("names with blanks", "f = [$(1)]\nA := x$( shell echo hi)y\nB := x$(info: hi)y\nC := x$(f a)y\nD := x$((echo hi))y\nE := x$(glide novendor)y\nall:\n\techo $(A) $(B) $(C) $(E)\n")
case("a prerequisite that nothing makes", "all: a b\n\techo all\na:\n\techo a\n")
case("a phony prerequisite without a rule", ".PHONY: b\nall: a b\n\techo all\na:\n\techo a\n")

# What make refuses
for number, text in enumerate([
    "all\n\techo\n", "all:\n    echo x\n", "\techo x\n", "ifeq (a,a)\nall: ;\n", "endif\nall: ;\n", "else\nall: ;\n", "define A\nx\n", "ifeq(a,a)\nendif\nall: ;\n",
    "A = $(x\nall: $(A)\n", "all: ; $(subst a,b\n", "= x\nall: ;\n", "a: b: c\n\techo\n", "ifeq a b\nendif\nall: ;\n", "all: ;\n$(X) y\n", "X = $(word 0,a)\nall: $(X)\n",
    "X = $(word a,a)\nall: $(X)\n", "A = $(A)\nall: $(A)\n", "a: ; echo a\na:: ; echo b\n", "all: ;\nfoo bar baz\n", "X = $(subst a,b)\nall: $(X)\n", "X = $(foreach a,b)\nall: $(X)\n", "X = $(if a)\nall: $(X)\n",
    "X := $(wordlist a,2,a)\nall: ;\n", "all: ;\nendef\n", "ifdef A\nelse\nelse\nendif\nall: ;\n", "override\nall: ;\n",
]):
    case(f"refused {number}", text)

# Whole small Makefiles
case("a go project", "BINARY ?= app\nVERSION ?= dev\nLDFLAGS := -s -w -X main.version=$(VERSION)\nGOFLAGS ?=\nBIN := $(CURDIR)/bin\n\n.PHONY: all build test clean\nall: build\n\nbuild: $(BIN)/$(BINARY)\n\n$(BIN)/$(BINARY): $(wildcard *.go) go.mod | $(BIN)\n\tCGO_ENABLED=0 go build $(GOFLAGS) -ldflags '$(LDFLAGS)' -o $@ .\n\n$(BIN):\n\t@mkdir -p $@\n\ntest:\n\tgo test ./...\n\nclean:\n\t$(RM) -r $(BIN)\n", files={"main.go": "", "go.mod": ""})
case("a go project with arguments", "BINARY ?= app\nVERSION ?= dev\nLDFLAGS = -X main.version=$(VERSION)\nbuild:\n\tgo build -ldflags \"$(LDFLAGS)\" -o bin/$(BINARY) ./cmd/$(BINARY)\ninstall: build\n\tinstall -m 755 bin/$(BINARY) $(DESTDIR)$(PREFIX)/bin\n", args=["install", "VERSION=1.2", "PREFIX=/usr"], env={"BINARY": "srv"})
case("many platforms", "PLATFORMS := linux/amd64 linux/arm64 windows/amd64\ntemp = $(subst /, ,$@)\nos = $(word 1,$(temp))\narch = $(word 2,$(temp))\nrelease: $(PLATFORMS)\n$(PLATFORMS):\n\tGOOS=$(os) GOARCH=$(arch) go build -o 'bin/app-$(os)-$(arch)$(if $(filter windows,$(os)),.exe)' .\n.PHONY: release $(PLATFORMS)\n")
case("commands of a directory", "CMDS := $(patsubst cmd/%/,%,$(sort $(dir $(wildcard cmd/*/main.go))))\nBINS := $(addprefix bin/,$(CMDS))\nall: $(BINS)\nbin/%: cmd/%/main.go\n\tgo build -o $@ ./$(dir $<)\nclean:\n\trm -rf $(BINS)\n", files={"cmd/api/main.go": "", "cmd/web/main.go": "", "cmd/lib/x.go": ""})
case("tools into a local bin", "LOCALBIN ?= $(shell pwd)/bin\n$(LOCALBIN):\n\tmkdir -p $(LOCALBIN)\nLINT ?= $(LOCALBIN)/lint\nV ?= v1.2.3\nlint: $(LINT)\n\t$(LINT) run\n$(LINT): | $(LOCALBIN)\n\tGOBIN=$(LOCALBIN) go install example.com/lint@$(V)\n", args=["lint"])
case("gobin with a fallback", "ifeq (,$(GOBIN))\nB = /go/bin\nelse\nB = $(GOBIN)\nendif\nall:\n\techo $(B)\n")
case("gobin with a fallback, set", "ifeq (,$(GOBIN))\nB = /go/bin\nelse\nB = $(GOBIN)\nendif\nall:\n\techo $(B)\n", env={"GOBIN": "/x"})
case("a version file", "V := $(shell cat VERSION)\nall:\n\techo $(V)\n", files={"VERSION": "1.2.3\n"})
case("help", "help: ## Show help\n\t@grep -E '^[a-z]+:.*?## ' $(MAKEFILE_LIST) | sort\nbuild: ## Build\n\tgo build\n")
case("quiet mode", "ifndef VERBOSE\nQ := @\nMAKEFLAGS += --no-print-directory\nendif\nall: a\n\t$(Q)echo all\na:\n\t$(Q)echo a\n")
case("docker arguments", "IMAGE ?= app\nTAG = $(shell echo 1.0)\nARGS = --build-arg V=$(TAG) \\\n\t--build-arg X='a b'\ndocker:\n\tdocker build $(ARGS) -t $(IMAGE):$(TAG) .\n")
case("a library of functions", "comma := ,\nempty :=\nspace := $(empty) $(empty)\njoin-with = $(subst $(space),$1,$(strip $2))\nuniq = $(if $1,$(firstword $1) $(call uniq,$(filter-out $(firstword $1),$1)))\nL = a b a c b\nA := $(call join-with,$(comma),$(L))\nB := $(strip $(call uniq,$(L)))\nrest = $(wordlist 2,$(words $(1)),$(1))\nC := $(call rest,$(L))\nrev = $(if $(1),$(call rev,$(call rest,$(1))) $(firstword $(1)))\nD := $(strip $(call rev,$(L)))\nlc = $(subst A,a,$(subst B,b,$1))\nE := $(call lc,ABC)\neq = $(and $(findstring $(1),$(2)),$(findstring $(2),$(1)))\nF := $(if $(call eq,ab,ab),yes,no)$(if $(call eq,a,ab),yes,no)\nall: ;\n")
