"""Measurements: figures in `docs/performance.md` come from here, and from nowhere else. No test looks at a speed."""
