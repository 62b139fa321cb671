# Thin on purpose: the work is done by Maven, npm and scripts/.
PORT ?= 8080
DATA ?= data

# A misspelt variable must not leave a default in force: ROL=patient is no token of a practitioner.
token_variables := ROLE PATIENT PURPOSE ORG SUBJECT TTL DATA
ifneq ($(filter token,$(MAKECMDGOALS)),)
given := $(foreach name,$(.VARIABLES),$(if $(findstring command line,$(origin $(name))),$(name)))
unknown := $(filter-out $(token_variables),$(given))
ifneq ($(unknown),)
$(error $(shell scripts/unknown-variable.sh '$(firstword $(unknown))' $(token_variables)))
endif
endif

.DEFAULT_GOAL := help
.PHONY: help run build test test-long demo bench export token log-key ledger-key deploy-contracts smoke clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build what is needed and start the server (PORT=8080 DATA=data)
	@scripts/run.sh --port '$(PORT)' --data '$(DATA)'

build: ## compile and package everything, no tests
	@scripts/build.sh

test: ## every check of Java, contracts and console, the long ones in short
	@scripts/test.sh

test-long: ## what takes too long for every change: many kills, every example, each fault, a second EVM (ROUNDS=5)
	@scripts/test-long.sh

demo: ## the quick start's story, against a server that runs (PORT=8080)
	@scripts/task.sh demo --port '$(PORT)' --data '$(DATA)'

bench: ## measure this machine and print the figures
	@scripts/task.sh bench

export: ## what the log says, downloaded and verified, for officers (TOKEN=file INTO=folder QUERY= BASE=url)
	@scripts/export.sh --token '$(TOKEN)' --into '$(INTO)' --query '$(QUERY)' --base '$(or $(BASE),http://localhost:$(PORT)/fhir)' \
	  --key '$(KEY)' --rpc '$(RPC)' --contract '$(CONTRACT)' --log-id '$(LOG_ID)'

token: ## print a token of the demo issuer (ROLE=practitioner PATIENT= PURPOSE= ORG= SUBJECT= TTL=)
	@scripts/token.sh 'ROLE=$(ROLE)' 'PATIENT=$(PATIENT)' 'PURPOSE=$(PURPOSE)' 'ORG=$(ORG)' 'SUBJECT=$(SUBJECT)' 'TTL=$(TTL)' 'DATA=$(DATA)'

log-key: ## make the signing key of a new log (FILE=path ORIGIN=name)
	@scripts/log-key.sh 'FILE=$(FILE)' 'ORIGIN=$(ORIGIN)'

ledger-key: ## make the account that anchors (FILE=path PASSWORD_FILE=path)
	@scripts/ledger-key.sh 'FILE=$(FILE)' 'PASSWORD_FILE=$(PASSWORD_FILE)'

deploy-contracts: ## put both contracts on a network (RPC=url KEY_FILE=file)
	@scripts/task.sh deploy-contracts --rpc '$(RPC)' --key-file '$(KEY_FILE)'

smoke: ## start the built server, write, read back, stop
	@scripts/smoke.sh

clean: ## remove everything that was built (never the data folder)
	@mvn -B -ntp clean
	@rm -rf node_modules console/node_modules console/dist
