/// A small shop that knows nothing of a mesh: product calls invoice, invoice calls notification.
///
/// Each program is one file that needs a JDK and nothing else: `java Product.java`.
package io.meltemi.shop;
