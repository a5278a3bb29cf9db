"""What Tianmu says about its pictures, in them and beside them: labels, watermark, signed provenance."""
