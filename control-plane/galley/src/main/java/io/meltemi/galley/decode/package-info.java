/// YAML with positions to records: one decoder per kind.
@NullMarked
package io.meltemi.galley.decode;

import org.jspecify.annotations.NullMarked;
