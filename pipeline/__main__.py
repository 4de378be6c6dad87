"""`python -m pipeline` is `tickertape`."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
