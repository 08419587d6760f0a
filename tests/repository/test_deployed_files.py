"""The files of a cluster agree with the product, with each other and with the page that explains them."""

import re

import pytest
import yaml
from lakes import REPOSITORY

from safety_pipeline.settings import DELIVERIES_PER_RUN, LAKE

DEPLOY = REPOSITORY / "deploy"
PAGE = (REPOSITORY / "docs" / "howto" / "cluster.md").read_text(encoding="utf-8")
_PIN = re.compile(r"^([a-z0-9._-]+)==([^ ;]+)", re.MULTILINE)


def read(name):
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def pins(lock):
    return dict(_PIN.findall(lock.read_text(encoding="utf-8")))


def test_the_lock_of_the_cluster_holds_the_pins_of_the_product():
    product = pins(REPOSITORY / "requirements.lock")
    cluster = pins(DEPLOY / "cluster" / "requirements.lock")
    assert product
    assert {name: cluster.get(name) for name in product} == product


def test_the_images_of_kubernetes_are_of_the_locked_dagster():
    values, dagster = read("kubernetes/values.yaml"), pins(DEPLOY / "cluster" / "requirements.lock")["dagster"]
    assert {values[part]["image"]["tag"] for part in ("dagsterWebserver", "dagsterDaemon")} == {dagster}


def test_pods_are_told_the_lake_that_is_mounted_and_to_read_one_delivery_each():
    (deployment,) = read("kubernetes/values.yaml")["dagster-user-deployments"]["deployments"]
    told = {each["name"]: each["value"] for each in deployment["env"]}
    assert told == {LAKE.name: deployment["volumeMounts"][0]["mountPath"], DELIVERIES_PER_RUN.name: "1"}


def test_celery_and_kubernetes_watch_and_repeat_runs_alike():
    celery, kubernetes = read("cluster/dagster.yaml"), read("kubernetes/values.yaml")["dagsterDaemon"]
    assert celery["run_retries"] == {"enabled": True, "max_retries": kubernetes["runRetries"]["maxRetries"]}
    assert celery["run_monitoring"]["enabled"] and kubernetes["runMonitoring"]["enabled"]
    assert celery["run_monitoring"]["max_resume_run_attempts"] == kubernetes["runMonitoring"]["maxResumeRunAttempts"]


def environment_of(setting):
    if isinstance(setting, dict):
        yield from (
            [setting["env"]]
            if "env" in setting
            else [name for each in setting.values() for name in environment_of(each)]
        )


def test_the_page_names_every_variable_that_the_files_read():
    for name in environment_of(read("cluster/dagster.yaml")):
        assert re.search(rf"\b{name}=", PAGE), name


@pytest.mark.parametrize(
    "file", sorted(path.relative_to(REPOSITORY) for path in DEPLOY.rglob("*.*") if path.suffix != ".in"), ids=str
)
def test_the_page_names_every_file(file):
    if "__pycache__" not in file.parts:
        assert f"`{file}`" in PAGE
