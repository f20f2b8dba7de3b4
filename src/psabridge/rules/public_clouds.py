"""Which backend of a storage is which public cloud, as a preset (ACR-STO-13).

Open words of the vendor (docs/vendors/acronis.md Ac23), so data. What is not here is no public cloud.
"""

from collections.abc import Mapping

PUBLIC_CLOUDS: Mapping[str, str] = {
    "azure": "Microsoft Azure",
    "microsoft_azure": "Microsoft Azure",
    "amazon_s3": "Amazon S3",
    "s3_compatible": "S3 compatible",
}
