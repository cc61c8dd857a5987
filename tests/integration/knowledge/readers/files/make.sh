set -eu
# make.sh DATA OUT: needs pandoc, LibreOffice (writer, calc), qpdf, poppler-utils and img2pdf of Debian.
data=$1 out=$2
office() { soffice --headless --convert-to "$1" --outdir "$3" "$2" >/dev/null; }
for name in bakery clinic law-office; do
  to=$out/$name; mkdir -p "$to"; work=$(mktemp -d)
  pandoc -s --toc --metadata title="$name" "$data/$name/handbook.md" -o "$to/handbook.html"
  pandoc "$data/$name/handbook.md" -o "$to/handbook.docx"
  office pdf "$to/handbook.docx" "$to"
  office 'xlsx:Calc MS Excel 2007 XML' "$data/$name/price-list.csv" "$to"
  office pdf:calc_pdf_Export "$data/$name/price-list.csv" "$to"
  pandoc -f csv -s --metadata title="Prices" "$data/$name/price-list.csv" -o "$to/price-list.html"
  pandoc -f csv "$data/$name/price-list.csv" -o "$work/price-list.odt"
  office docx "$work/price-list.odt" "$to"
  pandoc "$data/$name/handbook.md" -o "$work/handbook.html"
  soffice --headless --infilter='HTML (StarCalc)' --convert-to 'xlsx:Calc MS Excel 2007 XML' --outdir "$to" "$work/handbook.html" >/dev/null
done

here=$(cd "$(dirname "$0")" && pwd)/sources
office 'xlsx:Calc MS Excel 2007 XML' "$here/menu.fods" "$out"
office pdf "$here/leaflet.fodt" "$out"
work=$(mktemp -d)
pdftoppm -r 20 -gray -png -singlefile "$out/leaflet.pdf" "$work/plan"
pandoc --resource-path "$work" "$here/rules.md" -o "$out/rules.docx"
qpdf --encrypt --user-password=secret --owner-password=secret --bits=256 -- "$out/leaflet.pdf" "$out/locked.pdf"
# A page with text, then the same as a picture, as a scanner makes it.
pdftoppm -r 100 -gray -png "$out/leaflet.pdf" "$work/scan"
img2pdf "$work"/scan-*.png -o "$work/scan.pdf"
qpdf --empty --pages "$out/leaflet.pdf" 1 "$work/scan.pdf" 1 -- "$out/scanned.pdf"
qpdf --empty --pages "$out/scanned.pdf" 2 -- "$out/photo.pdf"
