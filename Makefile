SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PROTOS := $(shell find proto -name '*.proto' | sort)
PACKAGES := common proto ledger union gateway kernel flow board serving fusion hanse deploy benchmarks
export VENV
.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this help
	@if [ -t 1 ]; then bold='\033[1m' plain='\033[0m'; fi; grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | \
	awk -F ':.*## ' -v bold="$$bold" -v plain="$$plain" '{printf "  %s%-12s%s %s\n", bold, $$1, plain, $$2}'

.PHONY: venv
venv: ## Make the virtual environment only
	@$(PYTHON) deploy/setup.py --no-web

.PHONY: setup
setup: ## Make the virtual environment and build the web page; skips what is there
	@$(PYTHON) deploy/setup.py

.PHONY: demo
demo: setup ## Start a federation of three members, train, serve and align on real data
	@$(BIN)/hanse demo

.PHONY: up
up: setup ## Start the federation without the demo's job
	@$(BIN)/hanse up

.PHONY: status
status: ## Show every process and its health
	@$(BIN)/hanse status

.PHONY: stop
stop: ## End the federation; everything is kept
	@$(BIN)/hanse stop

.PHONY: clean
clean: ## End the federation and delete all that it made
	@if [ -x $(BIN)/hanse ]; then $(BIN)/hanse clean --yes; else rm -rf var; fi

.PHONY: web-test
web-test: setup ## The web page's own tests
	@cd board/web && PATH=$(abspath $(BIN)):$$PATH npm run --silent lint && PATH=$(abspath $(BIN)):$$PATH npm test --silent

.PHONY: test
test: web-test ## All tests but the long ones (about 17 minutes on 2 idle cores)
	@bash tests/tools.sh
	$(BIN)/python -m pytest -n 2 -m "not long"

.PHONY: test-all
test-all: test ## All tests, with kill -9 during the job, a Spark cluster, and the images
	@bash tests/tools.sh long
	$(BIN)/python -m pytest -n 2 -m long

.PHONY: e2e
e2e: setup ## Only the tests that run a whole federation
	@bash tests/tools.sh
	$(BIN)/python -m pytest tests/e2e -m "not long"

.PHONY: fmt
fmt: venv ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only .

.PHONY: lint
lint: venv ## Check style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

.PHONY: types
types: venv ## Check types
	$(BIN)/mypy $(PACKAGES)

.PHONY: layers
layers: venv ## Check who imports whom
	$(BIN)/lint-imports

.PHONY: proto
proto: venv ## Compile the .proto files (generated files are committed)
	$(BIN)/python -m grpc_tools.protoc -I . --python_out=. --pyi_out=. --grpc_python_out=. --plugin=protoc-gen-mypy_grpc=$(BIN)/protoc-gen-mypy_grpc --mypy_grpc_out=. $(PROTOS) 2>/dev/null

.PHONY: proto-lint
proto-lint: venv ## Lint the .proto files
	@cd proto && PATH=$(abspath $(BIN)):$$PATH npm install --no-audit --no-fund --loglevel=error >/dev/null
	proto/node_modules/.bin/buf lint

.PHONY: docs
docs: venv ## Write the reference pages, and the list of sentences that the web page translates, from the code
	$(BIN)/python -m deploy.reference
	$(BIN)/python -m deploy.sentences

.PHONY: client
client: venv ## Generate the web page's types from the OpenAPI descriptions of board and fusion
	$(BIN)/python -m board.openapi > $(VENV)/openapi.json
	$(BIN)/python -m fusion.openapi > $(VENV)/openapi-fusion.json
	@cd board/web && export PATH=$(abspath $(BIN)):$$PATH && { [ -d node_modules ] || npm ci --silent; } && \
	npm run --silent client -- --output src/api/schema.ts $(abspath $(VENV))/openapi.json && \
	npm run --silent client -- --output src/fusion/schema.ts $(abspath $(VENV))/openapi-fusion.json

.PHONY: examples
examples: venv ## Record the API description's examples anew from the board's tests
	echo '{}' > board/api/http/examples.json
	HANSE_EXAMPLES=$(abspath board/api/http/examples.json) $(BIN)/python -m pytest board/tests -q --ignore board/tests/test_contract.py \
		--deselect board/tests/test_examples.py::test_every_body_and_answer_has_an_example_that_fits

.PHONY: drift
drift: proto proto-lint client ## Check that generated files and the contract's artifact are what their sources make
	git diff --exit-code -- proto board/web/src/api/schema.ts board/web/src/fusion/schema.ts
	test -z "$$(git status --porcelain -- proto)"
	$(BIN)/python -m ledger.contracts.build --check
	$(BIN)/python -m deploy.reference --check
	$(BIN)/python -m deploy.sentences --check

.PHONY: lock
lock: ## Pin every dependency anew, with hashes and where each is wanted
	$(BIN)/uv pip compile --quiet --generate-hashes --no-strip-markers --extra dev --python-version 3.11 pyproject.toml -o requirements.lock

.PHONY: bench
bench: venv ## Measure against peers; NAME=rpc|gateway|task|board|he|secureboost picks one
	$(BIN)/python -m benchmarks $(NAME)
