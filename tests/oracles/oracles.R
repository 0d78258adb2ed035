# Reference values for lib/livingreview/statistics, computed by R on small fixed data.
#   Rscript oracles.R <folder>      writes one JSON file per topic into <folder>; run.py compares them with those kept here
# Every value is the result of evaluating the text recorded beside it as its call.

suppressPackageStartupMessages({library(survival); library(jsonlite)})
options(warn = -1)  # small counts are the point here; R warns of them

scalars <- c("level", "at", "count", "n", "gained", "lost", "remaining", "gap", "recent")  # all other inputs and all results are lists
case <- function(name, input, calls) {
  env <- list2env(input, parent = globalenv())
  run <- function(text) { x <- eval(parse(text = text), env); if (is.matrix(x)) unname(x) else I(unname(as.numeric(x))) }
  boxed <- function(key) if (is.matrix(input[[key]]) || key %in% scalars) input[[key]] else I(input[[key]])
  list(name = name, input = sapply(names(input), boxed, simplify = FALSE),
       calls = as.list(calls), results = lapply(as.list(calls), run))
}

# ---- survival curves ---------------------------------------------------------------------------

fit <- function(type) sprintf("survfit(Surv(time, event) ~ 1, conf.type = '%s', conf.int = level)", type)
z <- "qnorm(0.5 + level / 2)"

survival_calls <- c(
  # columns: time, S, lower, upper. R clips plain limits at 1, so they are formed from S and its standard error.
  plain = sprintf("with(summary(%s, times = times), cbind(time, surv, surv - %s * std.err, surv + %s * std.err))", fit("plain"), z, z),
  log = sprintf("with(summary(%s, times = times), cbind(time, surv, lower, upper))", fit("log")),
  `log-log` = sprintf("with(summary(%s, times = times), cbind(time, surv, lower, upper))", fit("log-log")),
  at_risk = sprintf("with(summary(%s, times = times), cbind(time, n.risk))", fit("plain")),
  median_plain = sprintf("unlist(quantile(%s, 0.5))", fit("plain")),
  median_log = sprintf("unlist(quantile(%s, 0.5))", fit("log")),
  `median_log-log` = sprintf("unlist(quantile(%s, 0.5))", fit("log-log")),
  beta_product = "t(sapply(times[times <= max(time)], beta_product_at, time, event, level))",
  follow_up = "unlist(quantile(survfit(Surv(time, 1 - event) ~ 1, conf.type = 'log-log', conf.int = level), 0.5))",
  # S after the last follow-up: 0 where the last patient failed, otherwise R carries the last value on, which we refuse.
  later = "with(summary(survfit(Surv(time, event) ~ 1), times = max(time) + c(0.5, 12), extend = TRUE), cbind(time, surv))",
  rows = "with(summary(survfit(Surv(time, event) ~ 1), censored = TRUE), cbind(time, n.risk, n.event, n.censor, surv))"
)

# Limits of the beta product procedure by another road than partial fractions: -log of a product of
# Beta(Y, 1) is the time to absorption of a pure death chain with rates Y; its survival function is
# summed by uniformization (a Poisson mixture of positive terms), and the quantile found by uniroot.
beyond <- function(t, rates) {
  fastest <- max(rates); stay <- 1 - rates / fastest; state <- c(1, rep(0, length(rates) - 1)); total <- 0
  for (k in 0:ceiling(fastest * t + 12 * sqrt(fastest * t) + 60)) {
    total <- total + dpois(k, fastest * t) * sum(state)
    state <- state * stay + c(0, head(state * (1 - stay), -1))
  }
  total
}
product_quantile <- function(rates, p) {
  exp(-uniroot(function(t) beyond(t, rates) - p, c(1e-12, 50), tol = 1e-15, maxiter = 10000)$root)
}
beta_product <- function(failed_at, remaining, level) {
  tail <- (1 - level) / 2
  c(if (remaining > 0) product_quantile(c(failed_at, remaining), tail) else 0,
    if (length(failed_at) > 0) product_quantile(failed_at, 1 - tail) else 1)
}
# The mid-p form: quantiles of the 50:50 mixture of the two products; over nothing a product is 1, with nobody left it is 0.
mid_p <- function(failed_at, remaining, level) {
  tail <- (1 - level) / 2
  both <- function(t) ((if (remaining > 0) beyond(t, c(failed_at, remaining)) else 1) + (if (length(failed_at) > 0) beyond(t, failed_at) else 0)) / 2
  root <- function(p) exp(-uniroot(function(t) both(t) - p, c(1e-12, 50), tol = 1e-15, maxiter = 10000)$root)
  c(if (remaining > 0) root(tail) else 0, if (length(failed_at) > 0) root(1 - tail) else 1)
}
# Without censoring: the binomial mid-p interval, from its definition.
mid_p_binomial <- function(count, n, level) {
  tail <- (1 - level) / 2
  above <- function(p) pbinom(count, n, p, lower.tail = FALSE) + dbinom(count, n, p) / 2
  c(if (count > 0) uniroot(function(p) above(p) - tail, 0:1, tol = 1e-15)$root else 0,
    if (count < n) uniroot(function(p) above(p) - (1 - tail), 0:1, tol = 1e-15)$root else 1)
}
beta_product_at <- function(t, time, event, level) {
  failed_at <- unlist(lapply(sort(unique(time[event == 1 & time <= t])), function(u)
    sum(time >= u) - seq_len(sum(event == 1 & time == u)) + 1))
  c(t, beta_product(failed_at, sum(time > t | (time == t & event == 0)), level))
}

curve <- function(name, time, event, times = c(0, sort(unique(time)), max(time) / 4, max(time) + 1), level = 0.95)
  case(name, list(time = time, event = event, times = sort(unique(times)), level = level), survival_calls)

cohort <- list(  # 28 patients, 7 events, most censored early, times tied
  time = c(5.2, 6.1, 7.4, 7.4, 8.8, 9.5, 11, 12.3, 14.6, 15, 16.2, 18, 18, 19.9, 21.3, 22, 24, 24, 26.7, 29.1, 31, 33.5, 36, 36, 40.2, 44, 51.3, 60),
  event = c(0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0))
tied <- list(time = c(2, 2, 3, 3, 3, 5, 6, 6, 8, 9, 9, 12), event = c(1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0))

survival_cases <- list(
  curve("untied", c(1.5, 2.25, 4, 5.5, 7, 8.125, 9, 11, 13.5, 20), c(1, 0, 1, 1, 0, 1, 1, 0, 1, 0)),
  curve("untied, level 0.9", c(1.5, 2.25, 4, 5.5, 7, 8.125, 9, 11, 13.5, 20), c(1, 0, 1, 1, 0, 1, 1, 0, 1, 0), level = 0.9),
  curve("tied", tied$time, tied$event),
  curve("cohort of 28", cohort$time, cohort$event, times = c(0, 3, 6, 12, 18, 24, 36, 48, 60, 72)),
  curve("one half over an interval", c(2, 4, 6, 8), c(1, 1, 1, 1)),
  curve("one half by a product rounded down", 1:12 + 0, c(1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0)),
  curve("one half by a product rounded up", 1:24 + 0, c(rep(1, 12), 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1)),
  curve("one half, censored on the way", c(1, 2, 3, 4, 5, 6), c(0, 0, 1, 1, 0, 1)),
  curve("one half to the end", c(1, 2, 3, 5), c(1, 1, 0, 0)),
  curve("no events", c(1, 3, 3, 7, 9), c(0, 0, 0, 0, 0)),
  curve("no events among 28", 1:28 + 0, rep(0, 28), times = c(0, 1, 15, 26, 28)),
  curve("all events, untied", c(1, 2, 4, 7, 11), c(1, 1, 1, 1, 1)),
  curve("all events at once", c(4, 4, 4), c(1, 1, 1)),
  curve("all censored at once", c(6, 6, 6, 6), c(0, 0, 0, 0)),
  curve("one patient, event", 5, 1),
  curve("one patient, censored", 5, 0),
  curve("event at time zero", c(0, 0, 3, 4, 6), c(1, 0, 1, 0, 1)),
  curve("last patient fails", c(2, 3, 5, 8, 9, 13), c(0, 1, 0, 1, 0, 1))
)

# ---- comparing groups --------------------------------------------------------------------------

logrank_calls <- c(logrank = paste("with(survdiff(Surv(time, event) ~ group), c(chisq, length(n) - 1,",
                                   "pchisq(chisq, length(n) - 1, lower.tail = FALSE)))"))
# A group with nobody at risk at any event has no expected events and no degree of freedom.
sparse_calls <- c(logrank = paste("with(survdiff(Surv(time, event) ~ group), c(chisq, sum(exp > 0) - 1,",
                                  "pchisq(chisq, sum(exp > 0) - 1, lower.tail = FALSE)))"))
mantel_byar_calls <- c(
  exact = "coxph(Surv(start, stop, event) ~ state, split_by_state(time, event, since), ties = 'exact', control = coxph.control(iter.max = 0))$score",
  breslow = "coxph(Surv(start, stop, event) ~ state, split_by_state(time, event, since), ties = 'breslow', control = coxph.control(iter.max = 0))$score",
  p = paste("pchisq(coxph(Surv(start, stop, event) ~ state, split_by_state(time, event, since), ties = 'exact',",
            "control = coxph.control(iter.max = 0))$score, 1, lower.tail = FALSE)"))
at_landmark <- function(who) sprintf(
  "with(summary(survfit(Surv(time, event) ~ 1, conf.type = 'log-log', subset = %s), times = times), cbind(time, surv, lower, upper))", who)
landmark_calls <- c(
  included = "which(time > at)", in_state = "which(time > at & !is.na(since) & since <= at)",
  state = at_landmark("time > at & !is.na(since) & since <= at"), others = at_landmark("time > at & (is.na(since) | since > at)"),
  logrank = "survdiff(Surv(time, event) ~ (!is.na(since) & since <= at), subset = time > at)$chisq")

# One row (start, stop] outside the state, one inside; a patient who never entered has one row.
split_by_state <- function(time, event, since) do.call(rbind, lapply(seq_along(time), function(i) {
  if (is.na(since[i]) || since[i] >= time[i]) return(data.frame(start = -1, stop = time[i], event = event[i], state = 0))
  data.frame(start = c(-1, since[i]), stop = c(since[i], time[i]), event = c(0, event[i]), state = 0:1)
}))

# A state that patients enter and leave, and late entry: (start, stop] rows by tmerge, which survival makes for this.
rows_of <- function(time, event, entry, patient, from, until) {
  known <- data.frame(id = seq_along(time), time = time, event = event, entry = entry)
  known <- known[known$entry < known$time, ]
  rows <- tmerge(known, known, id = id, failed = event(time, event), tstart = entry, tstop = time)
  changes <- data.frame(id = c(patient, patient), at = c(from, until), state = rep(1:0, each = length(patient)))
  changes <- changes[changes$id %in% known$id & is.finite(changes$at), ]
  changes <- changes[order(changes$id, changes$at), ]
  tmerge(rows, changes, id = id, state = tdc(at, state, init = 0))
}
in_and_out <- function(ties) sprintf(
  "coxph(Surv(tstart, tstop, failed) ~ state, rows_of(time, event, entry, patient, from, until), ties = '%s', control = coxph.control(iter.max = 0))$score", ties)
in_and_out_calls <- c(
  score = in_and_out("exact"), breslow_score = in_and_out("breslow"),
  p_value = sprintf("pchisq(%s, 1, lower.tail = FALSE)", in_and_out("exact")))

# The state at a landmark from the samples up to it, by the definition in words and one patient at a time.
state_at <- function(who, patient, month, result, at, gap, recent) {
  own <- which(patient == who & month <= at & result != "not evaluable")
  own <- own[order(month[own])]
  if (length(own) == 0 || at - month[tail(own, 1)] > recent) return("not assessed")
  after <- own[seq_along(own) > max(0, which(result[own] == "positive"))]
  if (length(after) == 0) return("positive")
  if (month[tail(after, 1)] - month[after[1]] >= gap) "sustained" else "unconfirmed"
}
states <- "sapply(seq_along(time), state_at, patient, month, result, at, gap, recent)"
state_curve <- function(names) sprintf(
  "with(summary(survfit(Surv(time, event) ~ 1, conf.type = 'log-log', subset = time > at & %s %%in%% c(%s)), times = times), cbind(time, surv, lower, upper))",
  states, toString(sQuote(names, FALSE)))
sampled_calls <- c(
  sapply(c(sustained = "sustained", unconfirmed = "unconfirmed", positive = "positive", not_assessed = "not assessed"),
         function(name) sprintf("which(time > at & %s == '%s')", states, name)),
  curve_sustained = state_curve("sustained"), curve_not_sustained = state_curve(c("unconfirmed", "positive")),
  curve_not_assessed = state_curve("not assessed"),
  compared = sprintf("with(survdiff(Surv(time, event) ~ (%s == 'sustained'), subset = time > at & %s != 'not assessed'), c(chisq, pchisq(chisq, 1, lower.tail = FALSE)))", states, states),
  joined = sprintf("with(survdiff(Surv(time, event) ~ (%s == 'sustained'), subset = time > at), c(chisq, pchisq(chisq, 1, lower.tail = FALSE)))", states))
sampled <- function(at) {
  set.seed(17)
  patient <- rep(1:120, each = 6); month <- round(runif(720, 1, 60), 1)
  kept <- runif(720) < ifelse(patient <= 100, 0.8, 0)
  list(time = round(pmin(rexp(120, 1 / 60), runif(120, 20, 90)), 1), event = rep(c(1, 1, 0), 40), at = at, gap = 12, recent = 12, times = at + c(3, 9, 18),
       patient = patient[kept], month = month[kept],
       result = sample(c("negative", "positive", "not evaluable"), 720, TRUE, c(0.8, 0.1, 0.1))[kept])
}

switching <- list(time = c(3, 4, 6, 7.5, 9, 10, 12, 14, 17, 21), event = c(1, 1, 0, 1, 1, 0, 1, 1, 0, 1),
                  since = c(NA, 2, 5, NA, 8, 4, 12, 6, 3, 20))
switching_tied <- list(time = c(3, 3, 5, 5, 5, 8, 8, 10, 12, 12, 15, 18), event = c(1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1),
                       since = c(NA, 1, 2, NA, 3, 5, NA, 4, 8, 11, 6, NA))

group_cases <- list(
  case("two groups, untied", list(time = c(1, 3, 4, 6, 7, 8, 10, 13, 15, 18), event = c(1, 1, 0, 1, 1, 0, 1, 1, 0, 1),
                                  group = rep(c("a", "b"), 5)), logrank_calls),
  case("two groups, tied", list(time = tied$time, event = tied$event, group = c("a", "b", "a", "b", "a", "a", "b", "b", "a", "b", "a", "b")), logrank_calls),
  case("three groups, tied", list(time = c(tied$time, 4, 4, 6, 9, 10), event = c(tied$event, 1, 0, 1, 1, 0),
                                  group = c(rep(c("a", "b", "c"), 5), "a", "c")), logrank_calls),
  case("cohort of 28 in two groups", c(cohort, list(group = rep(c("x", "y", "y", "x"), 7))), logrank_calls),
  case("one group without events", list(time = c(1, 2, 3, 4, 5, 6), event = c(1, 0, 1, 0, 1, 0), group = c("a", "b", "a", "b", "a", "b")), logrank_calls),
  case("third group leaves before the first event", list(time = c(1, 2, 3, 4, 5, 6), event = c(0, 0, 1, 1, 1, 0),
                                                         group = c("c", "c", "a", "b", "a", "b")), sparse_calls),
  case("other group leaves before the first event", list(time = c(1, 2, 3, 4), event = c(0, 0, 1, 1), group = c("b", "b", "a", "a")), sparse_calls),
  case("mantel-byar, untied", switching, mantel_byar_calls),
  case("mantel-byar, tied", switching_tied, mantel_byar_calls),
  case("in and out of the state, untied", c(switching[c("time", "event")], list(entry = rep(-1, 10), patient = c(2, 3, 5, 6, 8, 8, 9, 10, 10),
                                           from = c(1, 2, 4, 3, 2, 11, 5, 6, 18), until = c(3.5, Inf, 8, 9.5, 7, Inf, 13, 10.5, 19))), in_and_out_calls),
  case("in and out of the state, tied", c(switching_tied[c("time", "event")], list(entry = rep(-1, 12), patient = c(2, 3, 5, 6, 8, 9, 10, 11, 12, 12),
                                         from = c(1, 2, 3, 2, 4, 5, 8, 6, 3, 10), until = c(Inf, 5, 4, Inf, 10, 8, 12, Inf, 8, 15))), in_and_out_calls),
  case("entry late, untied", c(switching[c("time", "event")], list(entry = c(1, 2, 7, 3, 2.5, 0.5, 99, 6, 3, 12), patient = c(2, 5, 6, 8, 9, 10),
                              from = c(2, 8, 4, 6, 3, 20), until = rep(Inf, 6))), in_and_out_calls),
  case("entry late, tied", c(switching_tied[c("time", "event")], list(entry = c(1, 0, 3, 4, 2, 5, 0, 3, 99, 8, 6, 2), patient = c(2, 3, 5, 6, 8, 10, 11),
                            from = c(1, 2, 3, 5, 4, 11, 6), until = rep(Inf, 7))), in_and_out_calls),
  case("sampled, landmark at 24", sampled(24), sampled_calls),
  case("sampled, landmark at 30", sampled(30), sampled_calls),
  case("landmark at 5", c(switching, list(at = 5, times = c(6, 9, 12, 15))), landmark_calls),
  case("landmark at 8, as one enters the state", c(switching, list(at = 8, times = c(9, 12, 14, 15))), landmark_calls),
  case("landmark at 5, tied with events and entries", c(switching_tied, list(at = 5, times = c(8, 10, 12))), landmark_calls)
)

# ---- proportions -------------------------------------------------------------------------------

proportion_calls <- c(exact = "binom.test(count, n, conf.level = level)$conf.int",
                      wilson = "prop.test(count, n, conf.level = level, correct = FALSE)$conf.int")

proportion <- function(count, n, level = 0.95) case(sprintf("%d/%d, level %g", count, n, level), list(count = count, n = n, level = level), proportion_calls)

proportion_cases <- c(
  Map(proportion, c(0, 28, 1, 20, 15, 0, 1, 3, 17, 999), c(28, 28, 28, 28, 28, 1, 1, 7, 31, 1000)),
  Map(proportion, c(0, 28, 20), 28, 0.9))

# ---- paired classifications --------------------------------------------------------------------

mcnemar_calls <- c(p = "binom.test(gained, gained + lost)$p.value")
bowker_calls <- c(chi_square = "with(mcnemar.test(table, correct = FALSE), c(statistic, parameter, p.value))", exact = "exact_bowker(table)")
exact_bowker <- function(table) {
  above <- table[upper.tri(table)]; totals <- above + t(table)[upper.tri(table)]
  above <- above[totals > 0]; totals <- totals[totals > 0]
  statistic <- function(k) sum((2 * k - totals)^2 / totals)
  draws <- as.matrix(expand.grid(lapply(totals, function(n) 0:n)))
  chance <- apply(draws, 1, function(k) prod(dbinom(k, totals, 0.5)))
  # 1e-9: equal statistics may differ by rounding, unequal ones by at least 1 / product(totals)
  sum(chance[apply(draws, 1, statistic) >= statistic(above) - 1e-9])
}
square <- function(name, ..., calls = bowker_calls) case(name, list(table = rbind(...)), calls)

paired_cases <- c(
  Map(function(a, b) case(sprintf("gained %d, lost %d", a, b), list(gained = a, lost = b), mcnemar_calls), c(1, 6, 8, 0, 5, 11), c(0, 1, 0, 4, 5, 3)),
  list(square("3 x 3", c(4, 5, 1), c(1, 6, 7), c(0, 2, 2)), square("3 x 3, nearly symmetric", c(2, 3, 2), c(4, 1, 3), c(2, 3, 5)),
       square("2 x 2", c(9, 6), c(1, 12)), square("4 x 4", c(1, 2, 1, 1), c(1, 3, 3, 0), c(0, 1, 2, 4), c(1, 1, 1, 5)),
       square("3 x 3, one pair empty", c(4, 5, 0), c(1, 6, 7), c(0, 2, 2), calls = bowker_calls["exact"])))

# ---- beta product ------------------------------------------------------------------------------

beta_calls <- c(limits = "beta_product(failed_at, remaining, level)", mid_p = "mid_p(failed_at, remaining, level)")
beta <- function(name, failed_at, remaining, level = 0.95, calls = beta_calls)
  case(name, list(failed_at = failed_at, remaining = remaining, level = level), calls)
uncensored <- function(count, n) beta(sprintf("no censoring, %d of %d remain", count, n), seq(n, length.out = n - count, by = -1), count,
                                      calls = c(limits = "binom.test(remaining, remaining + length(failed_at), conf.level = level)$conf.int",
                                                mid_p = "mid_p_binomial(remaining, remaining + length(failed_at), level)"))
beta_cases <- c(
  list(beta("events at 5 and 3, 2 remain", c(5, 3), 2), beta("events at 5 and 3, level 0.9", c(5, 3), 2, 0.9), beta("one event at 28, 14 remain", 28, 14),
       beta("nobody remains", c(9, 4, 1), 0), beta("tied pair at 12, later censoring", c(12, 11, 7, 4), 1),
       beta("seven events of 28", c(27, 25, 22, 18, 16, 10, 6), 5), beta("three events of 28", c(26, 20, 17), 13),
       beta("twelve of 60", c(60, 59, 55, 50, 47, 44, 40, 38, 31, 25, 24, 20), 11)),
  Map(uncensored, c(27, 20, 1, 0, 5, 3), c(28, 28, 28, 28, 10, 4)))

# ---- writing -----------------------------------------------------------------------------------

topics <- list(survival = survival_cases, groups = group_cases, proportions = proportion_cases,
               paired = paired_cases, beta_product = beta_cases)
folder <- commandArgs(trailingOnly = TRUE)[1]
versions <- list(R = paste(R.version$major, R.version$minor, sep = "."), survival = as.character(packageVersion("survival")),
                 stats = as.character(packageVersion("stats")), jsonlite = as.character(packageVersion("jsonlite")))
# digits = NA: all that jsonlite can write, 15 significant ones.
json <- function(x) toJSON(x, digits = NA, na = "string", auto_unbox = TRUE)
for (topic in names(topics)) {  # one case on one line
  lines <- paste0("  ", sapply(topics[[topic]], json), collapse = ",\n")
  writeLines(sprintf('{"versions": %s, "cases": [\n%s\n]}', json(versions), lines), file.path(folder, paste0(topic, ".json")))
}
