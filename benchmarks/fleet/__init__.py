"""Many small clinics on one mail server: what a kill midway loses or doubles, and the cost."""
