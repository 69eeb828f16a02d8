/// Istio's own schemas, walked field by field.
@NullMarked
package io.meltemi.galley.schema;

import org.jspecify.annotations.NullMarked;
