/// Configuration that is kept here, object by object, beside the folders that people own.
@NullMarked
package io.meltemi.galley.objects;

import org.jspecify.annotations.NullMarked;
