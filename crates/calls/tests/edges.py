# Prints every call that androguard sees in an APK: caller's class and name, callee's class and name.
import logging
import sys

logging.disable(logging.CRITICAL)
from loguru import logger

logger.remove()
from androguard.misc import AnalyzeAPK

_, _, analysis = AnalyzeAPK(sys.argv[1])
edges = set()
for method in analysis.get_methods():
    if method.is_external():
        continue
    for _, callee, _ in method.get_xref_to():
        edges.add((method.class_name, method.name, callee.class_name, callee.name))
for edge in sorted(edges):
    print("\t".join(str(part) for part in edge))
