# Paths of glmnet at a threshold where it is exact, for test_glmnet.py.
#
# Rscript glmnet_paths.R FOLDER: x.tsv (named columns), y.tsv (outcome, weight, offset, fold) and settings.tsv (name, value),
# which has family, alpha, standardize, grouped, weighted, folds and the penalty factors of all columns (1 but for `free` first
# ones). Writes lambda.tsv, path.tsv, coefficients.tsv (class, term, one column for each lambda) and cv.tsv.
suppressMessages(library(glmnet))
options(digits = 17)
glmnet.control(fdev = 0, devmax = 1)
folder <- commandArgs(TRUE)[1]
path <- function(name) file.path(folder, name)
write <- function(table, name) write.table(format(table, digits = 17, trim = TRUE), path(name), sep = "\t", quote = FALSE, row.names = FALSE)

x <- as.matrix(read.table(path("x.tsv"), header = TRUE, sep = "\t", check.names = FALSE))
people <- read.table(path("y.tsv"), header = TRUE, sep = "\t")
rows <- read.table(path("settings.tsv"), header = TRUE, sep = "\t", colClasses = "character")
settings <- setNames(as.list(rows$value), rows$name)

family <- settings$family
y <- if (family == "multinomial") factor(people$outcome) else people$outcome
weighted <- settings$weighted == "1"
arguments <- list(x = x, y = y, family = family, alpha = as.numeric(settings$alpha), thresh = 1e-14, maxit = 1e8,
                  standardize = settings$standardize == "1", nlambda = 30, lambda.min.ratio = as.numeric(settings$ratio),
                  penalty.factor = c(rep(0, as.integer(settings$free)), rep(1, ncol(x) - as.integer(settings$free))))
if (weighted) {
  arguments$weights <- people$weight
  arguments$offset <- people$offset
}
if (family == "multinomial") arguments$type.multinomial <- if (settings$grouped == "1") "grouped" else "ungrouped"
fit <- do.call(glmnet, arguments)
# The first lambda of its own path is infinite for ridge, whatever is written beside it: the values are given again.
arguments$lambda <- fit$lambda
arguments$nlambda <- NULL
arguments$lambda.min.ratio <- NULL
fit <- do.call(glmnet, arguments)
write(data.frame(lambda = fit$lambda, ratio = fit$dev.ratio, df = fit$df), "path.tsv")

beta <- if (family == "multinomial") fit$beta else list(all = fit$beta)
tables <- lapply(names(beta), function(of) {
  intercepts <- if (family == "multinomial") fit$a0[of, ] else fit$a0
  values <- rbind(intercepts, as.matrix(beta[[of]]))
  colnames(values) <- paste0("l", seq_len(ncol(values)))
  data.frame(class = of, term = c("(intercept)", colnames(x)), values)
})
write(do.call(rbind, tables), "coefficients.tsv")

if (settings$folds == "1") {
  arguments$foldid <- people$fold
  arguments$type.measure <- "deviance"
  cv <- do.call(cv.glmnet, arguments)
  write(data.frame(lambda = cv$lambda, mean = cv$cvm, se = cv$cvsd, min = cv$lambda == cv$lambda.min, one_se = cv$lambda == cv$lambda.1se),
        "cv.tsv")
}
