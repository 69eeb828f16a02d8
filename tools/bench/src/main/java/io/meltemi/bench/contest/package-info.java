/// Proxies under load, each in processes of its own, and what they used.
@NullMarked
package io.meltemi.bench.contest;

import org.jspecify.annotations.NullMarked;
