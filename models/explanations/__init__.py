"""Why a claim has its probability, in business reasons; and what a collector can change."""
