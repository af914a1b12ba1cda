"""The site outside its pages: as a PDF, on paper, and in the pictures that come with a shared link."""
