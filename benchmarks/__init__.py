"""Speed, memory and scale, each figure beside its bound, as ratios within one run."""
