/// A control plane with many proxies and services: how soon each proxy has what changed, and what
/// that costs.
@NullMarked
package io.meltemi.bench.scale;

import org.jspecify.annotations.NullMarked;
