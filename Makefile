# The project's own commands. `make check` is what CI runs.

.PHONY: build
build:
	cargo build --release

.PHONY: test
test:
	cargo test

.PHONY: check
check:
	.ci/run

# What each step costs, and that the cost grows with the bytes. `benches/beside.py FOLDER` measures other linters on the same files.
.PHONY: bench
bench:
	cargo bench --bench speed
	cargo build --release
	python3 benches/linear.py

# Rewrites the caret lines and Fixed blocks of the rule pages, the expected answers of the fixtures and the pictures of the README. Read
# the diff like code.
.PHONY: bless
bless:
	BLESS=1 cargo test --test rules --test fixtures --test screens

# Records again what GNU make and real Go toolchains answer. Needs python3 with venv and pip.
.PHONY: oracle
oracle:
	python3 tests/record/make.py --out tests/data/make/answers.json
	python3 tests/record/go.py --versions 1.21.13,1.24.11,1.27.3 --out tests/data/go/answers.json

# Builds and starts every example of the rule pages with a Docker of its own. Needs root on Debian; `tests/e2e/engine.sh can` says what is missing.
.PHONY: e2e
e2e:
	tests/e2e/run.py

# Writes down again what those tools print. Read the diff: tests/quotes.rs holds the pages to it.
.PHONY: e2e-record
e2e-record:
	tests/e2e/run.py --record tests/data/e2e/outputs.json

# Uses gobin-lint as a wheel, a pre-commit hook, a GitHub action, a GitLab job and an image. Compiles it several times.
.PHONY: integrations
integrations:
	tests/integrations.py
