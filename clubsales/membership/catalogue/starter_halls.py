"""The six halls of CRD-01, which a new club begins with and renames as it likes."""

# code, name, name in English: both stand in the database, whatever language the page is in
STARTERS = (
    ("dance", "操房", "Dance studio"),
    ("gym", "健身馆", "Gym"),
    ("spinning", "动感单车馆", "Spinning studio"),
    ("pool", "恒温游泳馆", "Heated pool"),
    ("spa", "恒温水疗馆", "Heated spa"),
    ("hot-yoga", "能量热瑜伽馆", "Hot yoga studio"),
)
