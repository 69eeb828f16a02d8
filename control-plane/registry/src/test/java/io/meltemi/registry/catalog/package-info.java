/// Tests.
@NullMarked
package io.meltemi.registry.catalog;

import org.jspecify.annotations.NullMarked;
