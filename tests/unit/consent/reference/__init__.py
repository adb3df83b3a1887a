"""A second evaluator, for tests alone: the rule book read literally, without a thought for speed.

It knows nothing of the engine: cases go in as the mappings of a file of cases, and the policy as the mapping of
its file. Whatever one question needs is worked out anew from all events. Where the two differ one of them is
wrong, and the text of the rule book says which.
"""
