"""Projects and their monitoring plans: reading, importing and changing them; the data of the organisation."""

from trainer.projects import views
from trainer.projects.editing import order_views
from trainer.projects.editing import views as editing_views
from trainer.projects.importing import review_views
from trainer.projects.importing import views as importing_views

blueprints = (views.desk, editing_views.desk, order_views.desk, importing_views.desk, review_views.desk)
