# Compiles a folder of YARA rules and scans an APK and every member of it, as `tamarisk check --yara`
# does; prints how many rules matched. ENGINE is yara-x or yara (both from PyPI).
import glob
import os
import sys
import zipfile

engine, folder, app = sys.argv[1:4]
files = sorted(glob.glob(os.path.join(folder, "*.yar")))
if engine == "yara-x":
    import yara_x

    compiler = yara_x.Compiler()
    for path in files:
        compiler.new_namespace(os.path.basename(path))
        compiler.add_source(open(path, encoding="utf-8").read())
    scanner = yara_x.Scanner(compiler.build())
    scan = lambda data: len(list(scanner.scan(data).matching_rules))
else:
    import yara

    rules = yara.compile(filepaths={os.path.basename(path): path for path in files})
    scan = lambda data: len(rules.match(data=data))

matched = scan(open(app, "rb").read())
with zipfile.ZipFile(app) as archive:
    for info in archive.infolist():
        if not info.is_dir():
            matched += scan(archive.read(info))
print(matched)
