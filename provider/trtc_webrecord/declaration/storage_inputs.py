"""`storage_params` of a new declaration: its buckets, regions and keys can be.

A state and the local service take what StartWebRecord takes: their models are those of `spec`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from .rules import NonEmpty, Text
from .spec import CloudStorage, CloudVod, StorageParams, TencentVod
from .storage_rules import cos_bucket, cos_region, storage_key


class CloudStorageInputs(CloudStorage):
    __doc__ = CloudStorage.__doc__

    region: Annotated[NonEmpty, AfterValidator(cos_region)]
    bucket: Annotated[NonEmpty, AfterValidator(cos_bucket)]
    access_key: Annotated[NonEmpty, AfterValidator(storage_key)] | None = Field(
        default=None, repr=False
    )
    secret_key: Annotated[NonEmpty, AfterValidator(storage_key)] | None = Field(
        default=None, repr=False
    )


class TencentVodInputs(TencentVod):
    __doc__ = TencentVod.__doc__

    storage_region: Annotated[Text, AfterValidator(cos_region)] | None = None


class CloudVodInputs(CloudVod):
    __doc__ = CloudVod.__doc__

    tencent_vod: TencentVodInputs


class StorageInputs(StorageParams):
    __doc__ = StorageParams.__doc__

    cloud_storage: CloudStorageInputs | None = None
    cloud_vod: CloudVodInputs | None = None
