# `make` alone lists what there is.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help bootstrap up down reset status ps logs smoke doctor migrate schema check test test-stores faults torture servers bench
MAKEFLAGS += --no-print-directory

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z -]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## bring the toolchain, packages, secrets, Python client and web pages
	@bin/summit bootstrap

up: ## start everything and say where it is
	@bin/summit up

down: ## stop everything, keep the data
	@bin/summit down

reset: ## stop everything and delete the data, after asking
	@bin/summit reset

status ps: ## show what runs
	@bin/summit status || test $$? = 1 # which says that not all is up: an answer, no failure of make

logs: ## print and follow logs; s=gateway for one process
	@bin/summit logs $(s)

smoke: ## wait up to 45 s, then prove that it works; URL=… TOKEN=… for another one
	@bin/summit smoke $(if $(URL),--url '$(URL)')

doctor: ## name each thing that is wrong, and its mend
	@bin/summit doctor

migrate: ## bring the database up to date
	@bin/summit migrate

schema: ## write the GraphQL schema, and the web's client from it
	@bin/summit schema

check: ## format, lint, types and the repository's own rules, in seconds
	@bin/summit check

test: ## everything that needs no root
	@bin/summit test

test-stores: ## everything that needs Neo4j, Redis, Kafka or replicas; brings and starts real ones
	@bin/summit test --stores

faults: ## each store killed, frozen, cut and slowed under a product at work; SHORT=true: some of it
	@SHORT=$(SHORT) bin/summit test --faults

torture: ## faults at random on a product under load; MINUTES=60, SEED=… repeats a run
	@SEED=$(SEED) bin/summit test --torture $(or $(MINUTES),10)

servers: ## start real stores until Ctrl-C and print the variables to set; s='redis kafka' for some
	@bin/summit servers $(s)

bench: ## print each figure with the machine and the data
	@bin/summit bench
