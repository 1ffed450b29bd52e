"""Gradient-boosted trees in plain numpy: bins, objectives, quantised gradients, candidates, gains, samples.

Nothing here knows of other parties or of encryption: what is added up is whatever an `Adder` adds. After Chen and
Guestrin, KDD 2016 (XGBoost) and Ke et al., NeurIPS 2017 (LightGBM: histograms, GOSS).
"""
