/// Meshes that change under load, made by chance.
@NullMarked
package io.meltemi.testkit.changes;

import org.jspecify.annotations.NullMarked;
