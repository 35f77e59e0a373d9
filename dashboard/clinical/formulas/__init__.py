"""The formulas of medical clearance: pure, exact where exactness exists, each with its source."""
