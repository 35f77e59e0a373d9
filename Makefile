# Every target sets up what it needs first; dev.py does the work (without make: python3 dev.py run).
PYTHON ?= python3

.PHONY: run setup test check bench screenshots lock
run setup test check bench screenshots lock:
	@$(PYTHON) dev.py $@ $(ARGS)
