/// Quotas to filters and descriptors. Pure.
@NullMarked
package io.meltemi.pilot.translate.quota;

import org.jspecify.annotations.NullMarked;
