"""Write what is made from the models: `make reference`."""

from tools.reference import made

if __name__ == "__main__":
    for file, text in made.files().items():
        file.write_text(text, encoding="utf-8")
