"""The environment variables that change what the program does, each declared once; options of commands come first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One environment variable: what it sets, and what holds where it is not set."""

    name: str
    meaning: str
    default: str


LAKE = Setting(
    "SAFETY_LAKE",
    "The folder that holds `landed/` to `published/`, or `s3://bucket/prefix`; the same as `--lake`.",
    "`data_lake` of the working directory",
)
CACHE = Setting(
    "SAFETY_CACHE",
    "The folder that keeps this machine's copies of lakes in object storage.",
    "`safety-pipeline` in the user's cache folder",
)
MIN_CELL = Setting(
    "SAFETY_MIN_CELL",
    "The fewest subjects a published count of a CDISC package may have; smaller counts are published as bounds. "
    "The larger of this and `min_cell` of `study.yaml` holds.",
    "what `study.yaml` says; nothing is suppressed where it says nothing",
)
RELEASES_KEPT = Setting(
    "SAFETY_RELEASES_KEPT", "How many of the newest releases the lake keeps.", "all releases are kept"
)
DELIVERIES_PER_RUN = Setting(
    "SAFETY_DELIVERIES_PER_RUN",
    "The most deliveries of a run that the sensor asks for; `1` spreads them over the workers of a cluster.",
    "one run reads all that is new, and publishes",
)
HIERARCHICAL = Setting(
    "SAFETY_HIERARCHICAL",
    "`1` adds the three-level Bayesian model of the dose contrasts; the same as `run --hierarchical`.",
    "the model is not fitted",
)
ENGINE = Setting(
    "SAFETY_ENGINE",
    "`spark` makes the tables of deliveries and trials in a Spark cluster; the same as `run --engine`. The Dagster UI "
    "obeys it too.",
    "`polars`: in this process",
)
SPARK_MASTER = Setting(
    "SAFETY_SPARK_MASTER",
    "The Spark cluster that `SAFETY_ENGINE=spark` uses, as Spark names it: `spark://host:7077`, `yarn`, `local[4]`; "
    "the same as `run --spark-master`.",
    "what Spark is configured with (`spark-defaults.conf`, `SPARK_REMOTE`); else all cores of this machine",
)
REGISTER_URL = Setting(
    "SAFETY_REGISTER_URL",
    "The address that `land NCT...` asks for records, for a mirror or a test.",
    "the API of ClinicalTrials.gov",
)
EUROPE_PMC_URL = Setting(
    "SAFETY_EUROPE_PMC_URL",
    "The address that `land PMC...` and `land 10....` ask for articles, for a mirror or a test.",
    "the REST service of Europe PMC",
)
ALERT_WEBHOOK = Setting(
    "SAFETY_ALERT_WEBHOOK",
    "The https address that the sensor `tell_of_failed_runs` of the Dagster UI writes to; the sensor is off until "
    "it is turned on.",
    "nobody is told",
)
NO_COLOR = Setting("NO_COLOR", "Any text: the commands print without colour and bold.", "colour on a terminal")

SETTINGS = (
    LAKE,
    CACHE,
    MIN_CELL,
    RELEASES_KEPT,
    DELIVERIES_PER_RUN,
    HIERARCHICAL,
    ENGINE,
    SPARK_MASTER,
    REGISTER_URL,
    EUROPE_PMC_URL,
    ALERT_WEBHOOK,
    NO_COLOR,
)
