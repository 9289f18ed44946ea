# The development server and its checks; everything is kept in .dev.
#
#   PYTHON     the Python to use, 3.10 to 3.13               (python3)
#   ODOO_PATH  your own checkout of Odoo 19.0                (fetched into .dev)
#   PORT       make run: the port of the server              (8069)
#   DB         make run, make fill: the database             (demo)
#   LANG_CODE  make run: the users' language, e.g. th_TH     (en_US)
#   CLOSINGS   make fill: how many are added, in thousands   (100000)
#              make bench: how many are analysed             (1000000)
#   ARGS       make test: arguments for pytest, e.g. ARGS='-k reopen'
#   BROWSER    make test: BROWSER=none leaves the tours out
#   SEQUENCES  make test: how many random sequences, others each time, e.g. 1000
#   SEED       make test: the sequences of this seed, as a failure names it
#   WORK       make bench: some works only, e.g. WORK=closing,install
#   ROUNDS     make bench: how often each is done            (5)
#   SIZE       make bench: how many deals, in thousands      (50000)
#              make bench WORK=install SIZE=1000000: a large company
#   ADDONS     make alone-test: some of our add-ons, e.g. ADDONS=crm_lead_handover
#   MODULES    make core-test: Odoo's modules, e.g. MODULES=crm,sale_crm
#
# PGHOST, PGPORT, PGUSER and PGPASSWORD name a PostgreSQL server to use instead of
# our own.

PYTHON ?= python3
export ODOO_PATH PORT DB LANG_CODE CLOSINGS ARGS BROWSER ADDONS MODULES WORK ROUNDS SIZE
export CLOSE_SEQUENCES = $(SEQUENCES)
export CLOSE_SEED = $(SEED)

.DEFAULT_GOAL := help
.PHONY: help run fill test alone-test upgrade-test lint format pot docs core-test \
	neighbours-test bench wheel clean

help: ## list the targets and the variables
	@echo 'make <target> [VARIABLE=value]'; echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 19
	@echo; sed -n '2,/^$$/s/^# \{0,1\}//p' $(MAKEFILE_LIST)

run: ## start Odoo with demo data and our add-ons
	@$(PYTHON) -m dev run

fill: ## add years of closed deals to a database, to look at and to measure
	@$(PYTHON) -m dev fill

test: ## run our tests in a new database, tours included
	@$(PYTHON) -m dev test

alone-test: ## install, test and uninstall each add-on with nothing but its dependencies
	@$(PYTHON) -m dev alone-test

upgrade-test: ## upgrade from the last release, and to a made-up later version
	@$(PYTHON) -m dev upgrade-test

lint: ## check style, Odoo's rules, the web client's code, XML, arrows, translations
	@$(PYTHON) -m dev lint

format: ## write the sources as lint wants them, Python and JavaScript
	@$(PYTHON) -m dev check ruff format .
	@$(PYTHON) -m dev check eslint --fix

pot: ## export the terms to translate, and merge them into the translations
	@$(PYTHON) -m dev pot

docs: ## build the pages of docs/ into .dev/site, and check their links
	@$(PYTHON) -m dev docs

core-test: ## compare Odoo's own tests without and with our add-ons
	@$(PYTHON) -m dev core-test

neighbours-test: ## run our tests and theirs beside other people's add-ons
	@$(PYTHON) -m dev neighbours-test

bench: ## measure against plain CRM, into docs/benchmarks
	@$(PYTHON) -m dev bench

wheel: ## build a wheel of each add-on into dist
	@for addon in */__manifest__.py; do \
		$(PYTHON) -m pip wheel --quiet --no-deps --wheel-dir dist "./$${addon%/*}"; \
	done; ls dist/*.whl

clean: ## stop our PostgreSQL and remove .dev
	@$(PYTHON) -m dev clean
