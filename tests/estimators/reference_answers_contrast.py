"""How the contrasts, the families of terms and the stratified measures answer to a reference row."""

from collections.abc import Callable

import numpy as np
from stats_examples import Row, read_data, read_rows, side

from safety_pipeline.summarise.estimators import proportion
from safety_pipeline.summarise.estimators.arms import contrast, fisher, odds_ratio, posterior, stratified
from safety_pipeline.summarise.estimators.doses import dose_gls
from safety_pipeline.summarise.estimators.families import multiplicity

Value = float | str

# Severe (grade 3-4) counts of the family at 600 (of 74) and 400 mg (of 73), as printed in the trial's table.
SEVERE = {
    "Edema or fluid retention": (1, 1),
    "Nausea": (1, 1),
    "Diarrhea": (2, 1),
    "Dermatitis or rash": (2, 2),
    "Abdominal pain": (0, 1),
    "Vomiting": (1, 0),
    "Hemorrhage": (4, 3),
    "Anemia": (2, 1),
    "Neutropenia": (2, 5),
    "Abnormal liver-function results": (2, 2),
    "Leukopenia": (0, 2),
}


def two_arms(estimator: Callable) -> Callable[[Row, object], Value]:
    return lambda row, shared: side(estimator(*row.two_arms), row.quantity)


def score_limits(row: Row, shared) -> Value:
    estimators = {"rd": contrast.risk_difference_miettinen_nurminen, "rr": contrast.risk_ratio_miettinen_nurminen}
    return side(estimators[row.quantity[:2]](*row.two_arms), row.quantity)


def no_events(row: Row, shared) -> Value:
    if row.quantity == "p_value":
        return fisher.fisher_exact(*row.two_arms).state
    estimators = {"odds_ratio": odds_ratio.odds_ratio_conditional, "risk_ratio": contrast.risk_ratio_wald_log}
    return side(estimators[row.quantity](*row.two_arms), "estimate")


def fisher_p(name: str) -> Callable[[Row, object], Value]:
    def answer(row: Row, shared) -> Value:
        arms = row.two_arms
        if not row.field("x600"):
            high, low = SEVERE[row.field("term")]
            arms = (high, 74, low, 73)
        return getattr(fisher.fisher_exact(*arms), name)

    return answer


def trend_inputs(row: Row):
    if row.field("scores"):
        return [[float(v) for v in row.field(name).split("/")] for name in ("x", "n", "scores")]
    x600, n600, x400, n400 = row.two_arms
    return [x400, x600], [n400, n600], [400, 600]


def trend_p(test: Callable) -> Callable[[Row, object], Value]:
    names = {
        "z": "z",
        "p_two_sided": "two_sided",
        "p_two_sided_abs": "two_sided",
        "p_one_sided_increasing": "increasing",
        "p_one_sided_decreasing": "decreasing",
        "exact.pvalue": "increasing",
    }
    return lambda row, shared: getattr(test(*trend_inputs(row)), names[row.quantity])


def bayes(prior: float) -> Callable[[Row, object], Value]:
    def answer(row: Row, shared) -> Value:
        x600, n600, x400, n400 = row.two_arms
        if row.quantity.startswith("posterior_mean"):
            arm = (x600, n600) if row.quantity.endswith("600") else (x400, n400)
            return posterior.posterior(*arm, prior).mean
        return posterior.probability_higher(*row.two_arms, prior).value

    return answer


def family(shared) -> tuple[list[str], list[str], np.ndarray]:
    """The terms, body systems and Fisher p-values of the severe family, the p-values from its printed counts."""
    rows = [r for r in read_rows(shared) if r.method == "BH" and r.field("term")]
    p = [fisher.fisher_exact(SEVERE[r.field("term")][0], 74, SEVERE[r.field("term")][1], 73).minlike for r in rows]
    return [r.field("term") for r in rows], [r.field("body_system") for r in rows], np.array(p)


def adjusted(adjust: Callable) -> Callable[[Row, object], Value]:
    def answer(row: Row, shared) -> Value:
        terms, _, p = family(shared)
        return float(adjust(p)[terms.index(row.field("term"))])

    return answer


def by_system(row: Row, shared) -> Value:
    _, systems, p = family(shared)
    within, of_system = multiplicity.double_fdr(p, systems)
    mine = np.array(systems) == row.field("body_system")
    return {
        "n_terms": float(mine.sum()),
        "representative_p (min within-system BH)": float(within[mine].min()),
        "system_p_BH_adjusted": float(of_system[mine][0]),
    }[row.quantity]


def double_fdr_2004(row: Row, shared) -> Value:
    terms, systems, p = family(shared)
    within, of_system = multiplicity.double_fdr(p, systems)
    place = terms.index(row.field("term"))
    return {
        "p_adjusted_within_system": float(within[place]),
        "system_p_adjusted": float(of_system[place]),
        "smallest_common_alpha": float(multiplicity.double_fdr_2004(p, systems)[place]),
    }[row.quantity]


def double_fdr_2012(row: Row, shared) -> Value:
    terms, systems, p = family(shared)
    if row.quantity == "smallest_alpha_flagged":
        return float(multiplicity.double_fdr_2012(p, systems)[terms.index(row.field("term"))])
    flags = multiplicity.flagged_2012(p, systems, float(row.quantity.rsplit("_", 1)[1]))
    return " | ".join(term for term, flag in zip(terms, flags, strict=True) if flag) or "none"


def family_size(row: Row, shared) -> Value:
    return float((~np.isnan(family(shared)[2])).sum())


def c212(flags: Callable) -> Callable[[Row, object], Value]:
    def answer(row: Row, shared) -> Value:
        data = read_data(shared, "data_c212_fdr.csv")
        found = flags(np.array(data["p"], float), data["B"], float(row.quantity.rsplit("_", 1)[1]))
        if row.quantity.startswith("n_flagged"):
            return float(found.sum())
        return " | ".join(sorted(term for term, flag in zip(data["AE"], found, strict=True) if flag))

    return answer


def nielweise(shared):
    data = read_data(shared, "data_nielweise2007.csv")
    return stratified.tables(*(np.array(data[name], float) for name in ("ai", "n1i", "ci", "n2i")))


def mantel_haenszel(estimator: Callable) -> Callable[[Row, object], Value]:
    def answer(row: Row, shared) -> Value:
        tables = nielweise(shared)
        found = estimator(tables)
        special = {
            "se": lambda: found.se,
            "Q": lambda: found.q,
            "CMH_chi2": lambda: stratified.cochran_mantel_haenszel(tables).statistic,
            "CMH_p": lambda: stratified.cochran_mantel_haenszel(tables).p,
            "Breslow_Day": lambda: stratified.breslow_day(tables)[0].statistic,
            "Tarone": lambda: stratified.breslow_day(tables)[1].statistic,
        }
        return special.get(row.quantity, lambda: side(found.estimate, row.quantity))()

    return answer


def greenland_longnecker(row: Row, shared) -> Value:
    data = {k: v for k, v in read_data(shared, "data_greenland_longnecker_cc.csv").items() if k != "gday"}
    data = {name: np.array(values, float) for name, values in data.items()}
    se = np.log(data["ub"] / data["lb"]) / (2 * proportion.normal_quantile(0.95))
    study = dose_gls.published(data["dose"], data["case"], data["n"], data["logrr"], se, "case_control")
    return getattr(dose_gls.study_slope(study), row.quantity)


def flags_by(adjust: Callable) -> Callable:
    return lambda p, systems, alpha: adjust(p) <= alpha
