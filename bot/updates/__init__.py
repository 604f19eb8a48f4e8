"""Reviews of draft updates: a draft in; findings, a cautious rewrite and questions out."""
