"""What the hypothesis log tells: odds, risks, trends, calibration, inputs. Pure maths, no I/O."""
