;;; elfeed.el --- poll one feed with elfeed, and print all that it has  -*- lexical-binding: t -*-

(add-to-list 'load-path (car (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/elfeed-*")))
(require 'elfeed)
(require 'json)

(let ((url (pop command-line-args-left))
      (inhibit-message t)
      (found nil))
  (setq elfeed-db-directory (expand-file-name "elfeed" "~")
        elfeed-log-level 'error
        elfeed-feeds (list url))
  (elfeed-update-feed url)
  (while (> (elfeed-queue-count-total) 0)
    (accept-process-output nil 0.05))
  (elfeed-db-save)
  (with-elfeed-db-visit (entry _)
    (push (vector (elfeed-entry-title entry)
                  (elfeed-entry-link entry)
                  (or (caar (elfeed-entry-enclosures entry)) ""))
          found))
  (princ (json-encode (vconcat found))))
