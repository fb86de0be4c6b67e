# Everything a person does with Metco. `make` alone prints the list.
# Needs Python 3.11+, Node 20+ and make; installs only inside this checkout, and only what changed since the last time.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory

STAGE ?= dev
PORT ?= 8000
URL ?=
RESET ?=
NAME ?=
DATA ?=
N ?= 1000
ARCH ?= arm64
ARGS ?=

# The CDK's command line comes from npm, and only for `diff` and `deploy`: synthesizing needs none of it.
CDK := npx --yes aws-cdk@2.1148.1

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
ifeq ($(PYTHON),)
$(error Metco needs Python 3.11 or newer and found none: install it, or say where it is: make PYTHON=/path/to/python3 dev)
endif

export PYTHONPATH := $(CURDIR):$(CURDIR)/layers/kernel/python
# Environments are installed uncompiled, so what a first import compiles has to be kept, whatever the shell around says.
export PYTHONDONTWRITEBYTECODE :=
export JSII_RUNTIME_PACKAGE_CACHE_ROOT := $(CURDIR)/.local/jsii
export PATH := $(CURDIR)/.venv/bin:$(PATH)

SETUP := $(PYTHON) tools/setup.py
PYTEST := python -m pytest $(ARGS)

##@ Run it

dev: setup-dev  ## run the whole of Metco on http://localhost:8000 (PORT=8000, RESET=1 forgets all state)
	@PORT=$(PORT) RESET=$(RESET) exec python -m local

seed:  ## put N more products into the demo's stores of a running `make dev` (N=100000, URL=http://localhost:8000)
	@python -m local.demo $(N) $(if $(URL),--url $(URL))

demo: setup-dev  ## a whole sale on a running `make dev`, or on one of its own: every figure checked (PORT=8000)
	@PORT=$(PORT) python -m local.demo.sale

##@ Prove it

test: setup-e2e setup-opensearch setup-stripe-mock lint types  ## lint, types, and every layer below in one run
	@$(PYTEST) tests -n 2

test-unit: setup-test  ## rules, money, tools: no network, no AWS
	@$(PYTEST) tests/unit

test-component: setup-test  ## stores and handlers against an in-process AWS
	@$(PYTEST) tests/component

test-contract: setup-test setup-node setup-opensearch setup-stripe-mock  ## events, OpenAPI, clients: what others rely on
	@$(PYTEST) tests/contract

test-infra: setup-test setup-node  ## templates, grants, cfn-lint, cdk-nag, imports per asset
	@$(PYTEST) tests/infra

test-e2e: setup-e2e  ## the deployed template on this machine, over HTTP
	@$(PYTEST) tests/e2e tests/local

test-chaos: setup-e2e  ## a short run of `make chaos`
	@$(PYTEST) tests/chaos

chaos: setup-e2e  ## crash, repeat, reorder, throttle at every AWS call; ARGS="--seeds 10000 --layer simulation"
	@python -m tests.chaos $(ARGS)
	@$(if $(ARGS),,python -m tests.chaos.payments_points)
	@$(if $(ARGS),,python -m tests.chaos.checkout_points)
	@$(if $(ARGS),,python -m tests.chaos.fulfilment_points)
	@$(if $(ARGS),,python -m tests.chaos.rivals)
	@$(if $(ARGS),,python -m tests.e2e.grants)

soak: setup-e2e  ## 8 buyers, 500 orders, ten minutes of every fault, until all is final and proved: .build/soak.txt; MINUTES=2 for a look
	@python -m tests.chaos.soak $(if $(MINUTES),--minutes $(MINUTES)) $(ARGS)

bench: setup-e2e  ## cost, CPU, calls and latency per use case, against the budgets
	@python -m bench $(ARGS)
	@$(if $(ARGS),,python -m bench.search)
	@$(if $(ARGS),,python -m bench.search_live)

bench-search: setup-test  ## how well and how fast goods are found; DATA=folder judges products and queries of your own
	@python -m bench.search $(if $(DATA),--data $(DATA)) $(ARGS)

bench-import: setup-e2e  ## 50,000 rows of goods in, again, out and in again, on this machine; ARGS="--rows 5000"
	@python -m bench.goods_import $(ARGS)

bench-discovery: setup-test  ## what others bought, learned from some of the demo's orders and held against the rest
	@python -m bench.discovery $(ARGS)

bench-stock: setup-test  ## one thing that everybody wants: what is sold, and how fast over 1, 4 and 16 shards; ARGS="--live"
	@python -m bench.stock $(ARGS)

bench-buying: setup-e2e  ## whole purchases over HTTP, alone and 8 buyers at once: how many, how soon, how much CPU; ARGS="--orders 10"
	@python -m bench.buying $(ARGS)

bench-ledger: setup-test  ## 64 who post at once: no update is lost, journals a second over 1, 4 and 16 shards; ARGS="--orders 500"
	@python -m bench.ledger $(ARGS)

##@ Keep it tidy

lint: setup-test  ## ruff, import rules, bandit, Metco's own rules
	@ruff check --quiet .
	@ruff format --check --quiet . || { echo "These files are not formatted: make fmt"; ruff format --check . | grep -e '-->' ; exit 1; }
	@told=$$(lint-imports --no-logo --no-cache 2>&1) || { echo "$$told"; exit 1; }
	@bandit --quiet --configfile pyproject.toml --recursive functions layers/kernel/python infra local tools
	@python -m tools.lint
	@echo "Lint is clean."

types: setup-test  ## mypy, strict
	@mypy

fmt: setup-test  ## format, and fix what can be fixed
	@ruff check --fix --quiet . ; ruff format --quiet .

docs: setup-test setup-node  ## write the generated contracts anew: OpenAPI, AsyncAPI, schemas, clients
	@python -m tools.contracts

locks:  ## resolve requirements/*.in and layers/*/requirements.in anew
	@$(SETUP) locks

new-domain: setup-cdk  ## start a domain in the house's shape: make new-domain NAME=wishes
	@python -m tools.new_domain "$(NAME)"

##@ Ship it

synth: setup-cdk layers-$(ARCH)  ## write the CloudFormation templates to cdk.out (STAGE=dev, ARCH=arm64)
	@python -m infra.app -c stage=$(STAGE) -c arch=$(ARCH)

diff: setup-cdk layers-$(ARCH)  ## what a deployment would change (STAGE=dev)
	@$(CDK) diff --all -c stage=$(STAGE) -c arch=$(ARCH)

deploy: setup-cdk layers-$(ARCH)  ## deploy every stack to the AWS account of your credentials (STAGE=dev)
	@$(CDK) deploy --all --require-approval never -c stage=$(STAGE) -c arch=$(ARCH) $(ARGS)

smoke: setup-cdk  ## ask a deployment whether it answers, changing nothing (STAGE=dev, or URL=http://localhost:8000)
	@python -m tools.smoke --stage $(STAGE) --url "$(URL)"

stripe-setup: setup-cdk  ## register a stage's webhook endpoints at Stripe, then check keys and account (ARGS=--check changes nothing)
	@python -m tools.stripe_setup --stage $(STAGE) $(ARGS)

##@ House-keeping

clean:  ## remove environments, built layers, caches and local state
	@rm -rf .venv .venv-local .build .local cdk.out .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

help:  ## this list
	@awk 'BEGIN { FS = ":.*##" } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*##/ { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

setup-node:
	@$(SETUP) node

setup-cdk: setup-node
	@$(SETUP) venv .venv requirements/dev.txt

setup-dev: setup-cdk
	@$(SETUP) venv .venv-local requirements/local.txt
	@$(SETUP) layers

setup-test:
	@$(SETUP) venv .venv requirements/test.txt

setup-e2e: setup-test setup-node
	@$(SETUP) venv .venv-local requirements/local.txt
	@$(SETUP) layers

setup-opensearch:
	@$(PYTHON) -m tools.opensearch

setup-stripe-mock:
	@$(PYTHON) -m tools.stripe_mock

layers-%:
	@$(SETUP) layers $*

.PHONY: dev seed demo test test-unit test-component test-contract test-infra test-e2e test-chaos chaos soak bench bench-import bench-search bench-discovery bench-stock bench-buying bench-ledger lint types fmt \
	docs locks new-domain synth diff deploy smoke stripe-setup clean help setup-node setup-cdk setup-dev setup-test setup-e2e setup-opensearch setup-stripe-mock
