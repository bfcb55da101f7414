"""The sales funnel: stages, conversion, time in stage, forecast."""
