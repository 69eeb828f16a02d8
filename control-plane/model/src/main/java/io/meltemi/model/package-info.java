/// The nouns of the mesh: configuration, services, snapshots, diagnostics. Records without
/// behaviour.
@NullMarked
package io.meltemi.model;

import org.jspecify.annotations.NullMarked;
