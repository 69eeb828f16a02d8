/// Istio's configuration as records: one per kind, fields by Istio's names.
@NullMarked
package io.meltemi.model.config;

import org.jspecify.annotations.NullMarked;
