# A lasso path of glmnet on PREFIX.bed, .bim, .pheno.tsv (column split: train), covariates without penalty.
# Rscript glmnet_path.R PREFIX OUTCOME THRESH OUT: writes lambda (raw scale), df, dev_ratio, objective; prints the seconds of the fit.
suppressMessages(library(glmnet))
arguments <- commandArgs(TRUE)
people <- read.delim(paste0(arguments[1], ".pheno.tsv"))
variants <- length(readLines(paste0(arguments[1], ".bim")))
train <- people$split == "train"
size <- (nrow(people) + 3) %/% 4
packed <- readBin(paste0(arguments[1], ".bed"), "raw", 3 + size * variants)[-(1:3)]
covariates <- setdiff(names(people), c("sample", "split", "y", "y3"))
x <- matrix(0, sum(train), length(covariates) + variants)
x[, seq_along(covariates)] <- as.matrix(people[train, covariates])
copies <- c(2, NA, 1, 0)
for (j in seq_len(variants)) {
  b <- as.integer(packed[((j - 1) * size + 1):(j * size)])
  calls <- copies[1 + rbind(b %% 4L, b %/% 4L %% 4L, b %/% 16L %% 4L, b %/% 64L)][seq_len(nrow(people))]
  x[, length(covariates) + j] <- calls[train]
}
y <- people[train, arguments[2]]
penalised <- c(rep(0, length(covariates)), rep(1, variants))
seconds <- system.time(fit <- glmnet(x, y, family = "binomial", penalty.factor = penalised, thresh = as.numeric(arguments[3])))[["elapsed"]]
raw <- fit$lambda * ncol(x) / variants  # glmnet scales the penalty factors to add up to the columns
objective <- sapply(seq_along(raw), function(l) {
  used <- which(fit$beta[, l] != 0)
  eta <- fit$a0[l] + as.vector(x[, used, drop = FALSE] %*% fit$beta[used, l])
  sd <- apply(x[, used, drop = FALSE], 2, function(column) sqrt(mean((column - mean(column))^2)))
  mean(pmax(eta, 0) + log1p(exp(-abs(eta))) - y * eta) + raw[l] * sum(penalised[used] * abs(fit$beta[used, l]) * sd)
})
write.table(data.frame(lambda = sprintf("%.17g", raw), df = fit$df, dev_ratio = sprintf("%.17g", fit$dev.ratio),
                       objective = sprintf("%.17g", objective)), arguments[4], sep = "\t", quote = FALSE, row.names = FALSE)
cat(seconds, "\n")
