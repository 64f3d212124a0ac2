//! Guidance (the rule table), rubric, score sheet, policies (scripted trainees).
