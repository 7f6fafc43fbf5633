"""Write what is generated from the models: `make reference`."""

from tools.reference import generated

if __name__ == "__main__":
    for file, text in generated.files().items():
        file.write_text(text, encoding="utf-8")
